import type { NodePlace } from './join.ts';
import type { Sighting } from './node-record.ts';

const LONGEST_SECONDS = 86_400;

/**
 * Seconds from the start of a guest's process at its parent to its first report. Undefined when they do not belong
 * together: the guest restarted its kernel in a process that runs for long, or clocks are apart.
 *
 * A guest takes its clock from its parent when it boots, so the two own clocks agree best; lab time is the second choice.
 */
export function bootSeconds(sighting: Sighting, place: NodePlace): number | undefined {
  const pairs = [
    [place.startedWallUs, sighting.firstReportWallUs],
    [place.startedUs, sighting.firstReportUs],
  ] as const;
  for (const [startedUs, reportedUs] of pairs) {
    if (startedUs === undefined) continue;
    const seconds = (reportedUs - startedUs) / 1e6;
    if (seconds > 0 && seconds < LONGEST_SECONDS && isFirstKernel(sighting, place)) return seconds;
  }
  return undefined;
}

/** A guest that rebooted has a kernel that started long after its process. */
const KERNEL_WITHIN_US = 600e6;

function isFirstKernel({ bootedUs }: Sighting, { startedUs }: NodePlace): boolean {
  return bootedUs === undefined || startedUs === undefined || bootedUs - startedUs < KERNEL_WITHIN_US;
}
