import { randomFillSync } from 'node:crypto';

/** Most bytes that a line's measurement and tags may have, so that each has a number of its own. A power of two. */
export const LONGEST_SERIES = 4096;
const LAST_PLACE = LONGEST_SERIES - 1;
/** A number holds 53 bits exactly: all of one lane, and as much of the other as there is room for. */
const [UPPER, DROPPED] = [2 ** 21, 11];

/** Hash of the bytes between two places, a whole number below 2^53. */
export type SeriesHash = (bytes: Uint8Array, from: number, to: number) => number;

/**
 * A hash of which nobody outside knows the key, so that nobody can find two series that count as one. Each byte is
 * multiplied with a random number of its place and the products are added up, modulo 2^32 and twice with other numbers:
 * two series have the same hash with a chance below 2^-40, whatever they are. It is as quick as the simplest hashes.
 * @param fill fills the key with random numbers
 */
export function createSeriesHash(fill: (key: Int32Array) => unknown = randomFillSync): SeriesHash {
  const [one, other] = [new Int32Array(LONGEST_SERIES), new Int32Array(LONGEST_SERIES)];
  fill(one);
  fill(other);
  return (bytes, from, to) => {
    let high = to - from;
    let low = 0;
    for (let at = from; at < to; at++) {
      const byte = (bytes[at] ?? 0) + 1;
      const place = (at - from) & LAST_PLACE;
      high = (high + Math.imul(one[place] ?? 0, byte)) | 0;
      low = (low + Math.imul(other[place] ?? 0, byte)) | 0;
    }
    return (high >>> 0) * UPPER + (low >>> DROPPED);
  };
}
