import type { LayerPosition } from './layer-position.ts';
import type { NodeRecord } from './node-record.ts';

const LONGEST_SECONDS = 86_400;

/**
 * Seconds from the start of a guest's process at its parent to its first message. Undefined when they do not belong
 * together: the guest restarted its kernel in a process that runs for long, or clocks are apart.
 *
 * A guest takes its clock from its parent when it boots, so the two own clocks agree best; lab time is the second choice.
 */
export function bootSeconds(record: NodeRecord, position: LayerPosition): number | undefined {
  if (!isFirstKernel(record, position)) return undefined;
  const pairs = [
    [position.startedWallUs, record.firstReportWallUs],
    [position.startedUs, record.firstReportUs],
  ] as const;
  return pairs
    .map(([startedUs, heardUs]) => (startedUs === undefined ? 0 : (heardUs - startedUs) / 1e6))
    .find((seconds) => seconds > 0 && seconds < LONGEST_SECONDS);
}

/** A guest that rebooted has a kernel that started long after its process. */
const KERNEL_WITHIN_US = 600e6;

function isFirstKernel({ bootedUs }: NodeRecord, { startedUs }: LayerPosition): boolean {
  return bootedUs === undefined || startedUs === undefined || bootedUs - startedUs < KERNEL_WITHIN_US;
}
