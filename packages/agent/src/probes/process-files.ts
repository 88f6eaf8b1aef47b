/** One line of /proc/PID/stat or /proc/PID/task/TID/stat (proc(5)); times in ticks. */
export interface ThreadTimes {
  name: string;
  majorFaults: number;
  userTicks: number;
  systemTicks: number;
  /** Time in guest code, which is in userTicks too. */
  guestTicks: number;
  /** Threads of the process. */
  threads: number;
}

/** Undefined when it is no such line. The name, field 2, stands in brackets and may hold brackets and blanks. */
export function parseThread(stat: string): ThreadTimes | undefined {
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = stat
    .slice(close + 2)
    .trim()
    .split(' ');
  // The first of `fields` is field 3 of the line.
  const number = (field: number) => Number(/^\d+$/.exec(fields[field - 3] ?? '')?.[0] ?? Number.NaN);
  const times = {
    name: stat.slice(open + 1, close),
    majorFaults: number(12),
    userTicks: number(14),
    systemTicks: number(15),
    guestTicks: number(43),
    threads: number(20),
  };
  return Object.values(times).some(Number.isNaN) ? undefined : times;
}

/** Sizes in /proc/PID/status, given there in kB; those that are not there are missing. */
export function parseMemory(status: string): { residentBytes?: number; swappedBytes?: number } {
  const bytes = (name: string) => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  const resident = bytes('VmRSS');
  const swapped = bytes('VmSwap');
  return {
    ...(resident !== undefined && { residentBytes: resident }),
    ...(swapped !== undefined && { swappedBytes: swapped }),
  };
}
