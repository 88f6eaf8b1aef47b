import { defined } from '@nestwatch/common/defined';
import type { GuestQuantities } from '../../read/guest-quantities.ts';
import type { Quantities } from '../../read/quantities.ts';
import type { NodeEvidence } from './evidence.ts';

/** What a parent measured on a node from outside, before and since; absent where nothing tells which of its guests that is. */
export function asGuest(
  node: NodeEvidence,
  parent: NodeEvidence,
): { readonly before?: GuestQuantities; readonly since?: GuestQuantities } {
  const called = node.since.guestName || node.before.guestName || node.name;
  const of = ({ guests }: Quantities) => guests?.[called];
  return defined({ before: of(parent.before), since: of(parent.since) });
}
