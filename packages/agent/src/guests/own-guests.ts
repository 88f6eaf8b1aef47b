import type { GuestShape } from '@nestwatch/proto';

/** Names that `check --boot` and benchmarks give to the guests that they start for a moment. */
const OWN = ['nestwatch-check', 'nestwatch-canary', 'nestwatch-benchmark'];

/** Whether a guest is one of nestwatch's own: nobody's machine, and none that a snapshot could lose. */
export function isOwn({ guest = '' }: GuestShape): boolean {
  return OWN.includes(guest ?? '');
}
