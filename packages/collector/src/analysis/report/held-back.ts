import { defined } from '@nestwatch/common/defined';
import { formatMemory } from '@nestwatch/common/quantities';
import type { GuestQuantities } from '../../read/guest-quantities.ts';
import { costText, LEAST_SWAPPED_BYTES } from '../explain/swapped.ts';
import { handicapsOf, THROTTLED, throttledText } from '../who-limits.ts';
import type { HeldBackGuest, ReportNode } from './report.ts';

/** The guests that the machine which runs them held back over the span: limited, put behind others, or swapped. */
export function heldBack(
  guests: ReadonlyMap<string, Readonly<Record<string, GuestQuantities>>>,
  nodes: readonly ReportNode[],
): HeldBackGuest[] {
  return nodes.flatMap((node) =>
    Object.entries(guests.get(node.node) ?? {}).flatMap(([guest, seen]) => {
      const how = howHeldBack(node, guest, seen);
      if (how.length === 0) return [];
      const { limitCpus, throttledRatio, swappedBytes, memoryStallRatio } = seen;
      const figures = defined({ limitCpus, throttledRatio, swappedBytes, memoryStallRatio });
      return [{ node: node.node, name: node.name, guest, how: `${how.join('; ')}.`, ...figures }];
    }),
  );
}

function howHeldBack(node: ReportNode, guest: string, seen: GuestQuantities): string[] {
  const { throttledRatio = 0, limitCpus, swappedBytes = 0 } = seen;
  const found: string[] = [];
  if (limitCpus !== undefined && throttledRatio >= THROTTLED) found.push(throttledText(node, guest, seen));
  found.push(...handicapsOf(seen).map((handicap) => `${guest} ${handicap}`));
  if (swappedBytes >= LEAST_SWAPPED_BYTES) {
    found.push(`${formatMemory(swappedBytes)} of ${guest} is swapped out: ${costText(seen, node.name)}`);
  }
  return found;
}
