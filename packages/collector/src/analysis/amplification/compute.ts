import { exitAmplification } from '@nestwatch/proto';
import { commonTagsOf } from '../../influx/points/common-tags.ts';
import { encodeComputed } from '../../influx/points/encode.ts';
import type { GuestExits, OwnExits } from '../../read/exits.ts';
import { guestOf } from './pair.ts';

/** Fewer exits than this in a second divide to a figure that says nothing. */
const FEWEST_EXITS_PER_SECOND = 1;

/**
 * Exit amplification of each node that has guests and whose parent counts its exits, for each minute in which both
 * sides are known. Points stand at the beginning of their minute, so that computing one again writes the same.
 */
export function amplificationLines(own: readonly OwnExits[], guests: readonly GuestExits[]): string[] {
  return own.flatMap((child) => {
    const guest = guestOf(child, guests, own);
    if (guest === undefined) return [];
    const tags = commonTagsOf(child);
    return [...child.exits].flatMap(([minuteUs, ownRate]) => {
      const parentRate = guest.exits.get(minuteUs);
      if (parentRate === undefined || ownRate < FEWEST_EXITS_PER_SECOND) return [];
      const fields = {
        amplification: parentRate / ownRate,
        parent_exits_per_second: parentRate,
        own_exits_per_second: ownRate,
      };
      return encodeComputed(exitAmplification, tags, {}, fields, minuteUs) ?? [];
    });
  });
}
