import type { GuestExits, OwnExits } from '../../read/exits.ts';

/**
 * Finds the guest of its parent that a node is: by the topology's join; by the UUID, which is the node's id unless that
 * is configured; by the name; or because the parent has one guest and one child. Undefined when nothing tells: nothing
 * is guessed.
 */
export function guestOf(
  child: OwnExits,
  guests: readonly GuestExits[],
  children: readonly OwnExits[],
): GuestExits | undefined {
  const here = guests.filter(({ lab, node }) => lab === child.lab && node === child.parent);
  const byPlace = here.find(({ guest }) => guest === child.guest);
  if (byPlace !== undefined) return byPlace;
  const byUuid = here.find(({ uuid }) => uuid !== '' && uuid.toLowerCase() === child.node.toLowerCase());
  if (byUuid !== undefined) return byUuid;
  const byName = here.find(({ guest }) => guest === child.node || guest === child.name);
  if (byName !== undefined) return byName;
  const siblings = children.filter(({ lab, parent }) => lab === child.lab && parent === child.parent);
  return here.length === 1 && siblings.length === 1 ? here[0] : undefined;
}
