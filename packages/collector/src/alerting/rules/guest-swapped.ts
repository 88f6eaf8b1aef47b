import { formatMemory } from '@nestwatch/common/quantities';
import { costText, freeText, isFelt, LEAST_SWAPPED_BYTES } from '../../analysis/explain/swapped.ts';
import { type GuestSeen, guestsToJudge } from '../../analysis/guests-of.ts';
import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule, type Finding, number } from './rule.ts';

const MIB = 2 ** 20;

/** Both sides of memory: the parent swaps a guest, which knows nothing of it and may have memory to spare. */
export const guestSwapped = defineNodeRule({
  name: 'guest-swapped',
  meaning:
    "A parent swaps its guest's memory. A warning while the guest waits for it, information while the guest itself has that much free.",
  severity: 'warning',
  forMs: 300_000,
  keepFiringForMs: 300_000,
  parameters: {
    smallest: number('Swapped memory below which the rule stays quiet, MiB', LEAST_SWAPPED_BYTES / MIB),
    critical: number('Share of time waiting for memory that makes it critical', 0.3),
  },
  find(node, limits, view) {
    return guestsToJudge(view, node).flatMap((guest) => findingOf(guest, limits) ?? []);
  },
});

function findingOf(
  { parent, guest, seen, node }: GuestSeen,
  limits: { readonly smallest: number; readonly critical: number },
): Finding | undefined {
  const { swappedBytes = 0, memoryStallRatio = 0 } = seen;
  const free = freeText(node?.memoryFreeBytes, swappedBytes);
  if (swappedBytes < limits.smallest * MIB || !(isFelt(seen) || free !== '')) return undefined;
  const severity = memoryStallRatio >= limits.critical ? 'critical' : 'warning';
  const name = node === undefined ? guest : nodeText(node);
  return {
    ...(node === undefined && { subject: guest }),
    value: swappedBytes,
    severity: isFelt(seen) ? severity : 'info',
    summary: `${nodeText(parent)} has swapped out ${formatMemory(swappedBytes)} of ${name}${free}: ${costText(seen, parent.name)}.`,
    details: [free === '' ? TOO_LITTLE : UNUSED],
  };
}

const UNUSED =
  'Enable free page reporting (free-page-reporting=on of virtio-balloon) so that the guest gives unused memory back, or give it less memory.';
const TOO_LITTLE =
  'Its parent is over-committed: give its guests less memory, or give it more. Until then, benchmarks of this guest measure the disk.';
