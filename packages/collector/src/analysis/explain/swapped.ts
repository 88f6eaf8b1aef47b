import { formatMemory, formatPercent, significant } from '@nestwatch/common/quantities';
import type { GuestQuantities } from '../../read/guest-quantities.ts';
import { nodeText } from '../text.ts';
import { asGuest } from './as-guest.ts';
import { type CauseFinder, share } from './causes.ts';

/** Less of a guest in swap than this was never missed. */
export const LEAST_SWAPPED_BYTES = 16 * 2 ** 20;

/** What swapping does to a guest. */
type Swapping = Pick<GuestQuantities, 'swappedBytes' | 'majorFaultsPerSecond' | 'memoryStallRatio'>;

/** Whether it is felt: it waits for memory, or its memory comes back from the disk all the time. */
export function isFelt({ memoryStallRatio = 0, majorFaultsPerSecond = 0 }: Swapping): boolean {
  return memoryStallRatio >= 0.03 || majorFaultsPerSecond >= 5;
}

/** "which has 90 MiB of it free", or nothing where the guest says nothing of it, or has not much. */
export function freeText(freeBytes: number | undefined, swappedBytes: number): string {
  if (freeBytes === undefined || freeBytes < swappedBytes / 4) return '';
  return `, although it has ${formatMemory(freeBytes)} free`;
}

/** "it waits for swap 30 % of the time", "120 of its page faults in a second read from the disk of guest2". */
export function costText(
  { memoryStallRatio = 0, majorFaultsPerSecond = 0 }: Swapping,
  parent: string,
): string {
  const costs: string[] = [];
  if (memoryStallRatio >= 0.03)
    costs.push(`it waits for memory there ${formatPercent(memoryStallRatio)} of the time`);
  if (majorFaultsPerSecond >= 1) {
    costs.push(`${significant(majorFaultsPerSecond)} page faults per second read from the disk of ${parent}`);
  }
  return costs.length === 0 ? 'it uses little of that memory now' : costs.join(', and ');
}

/** The parent swaps the guest's memory, and may do so with what the guest itself has free. */
export const swapped: CauseFinder = (node, { above, factor }) => {
  const parent = above[above.indexOf(node) + 1];
  if (parent === undefined) return [];
  const { before = {}, since = {} } = asGuest(node, parent);
  const swappedBytes = since.swappedBytes ?? 0;
  const isNew = swappedBytes - (before.swappedBytes ?? 0) >= LEAST_SWAPPED_BYTES;
  const isDearer = isFelt(since) && !isFelt(before);
  if (swappedBytes < LEAST_SWAPPED_BYTES || !(isNew || isDearer)) return [];
  const free = freeText(node.since.memoryFreeBytes, swappedBytes);
  const text = `${nodeText(parent)} has swapped out ${formatMemory(swappedBytes)} of ${node.name}${free}: ${costText(since, parent.name)}.`;
  return [{ text, weight: weightOf(since, factor) }];
};

/** What waits a share of the time is stretched by it; of faults alone it is not known how long each took. */
function weightOf(since: GuestQuantities, factor: number): number {
  const { memoryStallRatio: stall = 0 } = since;
  if (stall >= 0.03) return Math.max(0.4, share(1 / (1 - Math.min(stall, 0.95)), factor));
  return isFelt(since) ? 0.5 : 0.1;
}

/** Merging equal pages takes CPU time from the guests whose memory it saves. */
export const merging: CauseFinder = (node) => {
  const was = node.before.mergingCpuRatio ?? 0;
  const is = node.since.mergingCpuRatio ?? 0;
  if (is - was < 0.1) return [];
  const text = `KSM of ${nodeText(node)} takes ${formatPercent(is)} of a CPU to merge equal pages of its guests, up from ${formatPercent(was)}.`;
  return [{ text, weight: 0.3 }];
};
