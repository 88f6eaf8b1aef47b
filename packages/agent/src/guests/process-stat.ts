/** Linux tells times of processes in hundredths of a second on every architecture. */
const TICKS_PER_SECOND = 100;

/**
 * Start of a process in ticks since boot, from /proc/PID/stat; undefined when it is no such line, or when the process
 * has ended and its parent has not noticed yet.
 */
export function parseStartTicks(stat: string): number | undefined {
  // The second field is the program's name in brackets, and may hold spaces and brackets itself.
  const rest = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const ticks = rest[19] ?? '';
  const ended = rest[0] === 'Z' || rest[0] === 'X';
  return /^\d{1,15}$/.test(ticks) && !ended ? Number(ticks) : undefined;
}

/** µs since 1970 at which a process started, given the wall clock and /proc/uptime of the same moment. */
export function startedWallUs(ticks: number, wallUs: number, uptime: string): number | undefined {
  const seconds = Number(/^\d+(\.\d+)?/.exec(uptime)?.[0] ?? Number.NaN);
  if (!Number.isFinite(seconds)) return undefined;
  return Math.round(wallUs - (seconds - ticks / TICKS_PER_SECOND) * 1e6);
}
