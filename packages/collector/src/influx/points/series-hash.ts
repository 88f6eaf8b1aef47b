import { randomFillSync } from 'node:crypto';

/** Most bytes that a line's measurement and tags may have, so that each has numbers of its own. A power of two. */
export const LONGEST_SERIES = 4096;
const LAST_PLACE = LONGEST_SERIES - 1;
/** A number holds 53 bits exactly: all of one lane, and as much of the other as there is room for. */
const [UPPER, DROPPED] = [2 ** 21, 11];

/** Random numbers: two for each place, of a node's tags and of all else. */
export interface SeriesKey {
  readonly common: readonly [Int32Array, Int32Array];
  readonly own: readonly [Int32Array, Int32Array];
}

/** @param fill fills an array with random numbers */
export function createSeriesKey(fill: (key: Int32Array) => unknown = randomFillSync): SeriesKey {
  const numbers = () => {
    const made = new Int32Array(LONGEST_SERIES);
    fill(made);
    return made;
  };
  return { common: [numbers(), numbers()], own: [numbers(), numbers()] };
}

/** One for all: what a process hashes is compared with each other. */
const ofProcess = createSeriesKey();

/**
 * A hash of which nobody outside knows the key, so that nobody can find two series that count as one. Each byte is
 * multiplied with a random number of its place and the products are added up, modulo 2^32 and twice with other numbers:
 * two series have the same hash with a chance below 2^-40, whatever they are. What lines of one message share is gone over
 * once.
 */
export function createSeriesHash(key: SeriesKey = ofProcess) {
  let shared: Uint8Array | undefined;
  let [sharedHigh, sharedLow, high, low, place] = [0, 0, 0, 0, 0];

  function add(bytes: Uint8Array, from: number, to: number, [one, other]: SeriesKey['own']): void {
    // Kept at hand: this runs for every byte.
    let [ofOne, ofOther] = [high, low];
    const away = place - from;
    for (let at = from; at < to; at++) {
      const byte = (bytes[at] ?? 0) + 1;
      const each = (at + away) & LAST_PLACE;
      ofOne = (ofOne + Math.imul(one[each] ?? 0, byte)) | 0;
      ofOther = (ofOther + Math.imul(other[each] ?? 0, byte)) | 0;
    }
    [high, low, place] = [ofOne, ofOther, to + away];
  }

  return {
    /** Of a series, its measurement and the tags of its node, which must not change while they are given again. */
    begin(measurement: Uint8Array, commonTags: Uint8Array): void {
      if (shared !== commonTags) {
        high = low = place = 0;
        add(commonTags, 0, commonTags.length, key.common);
        [shared, sharedHigh, sharedLow] = [commonTags, high, low];
      }
      high = sharedHigh;
      low = sharedLow;
      place = 0;
      add(measurement, 0, measurement.length, key.own);
    },
    /** The hash with the tags between two places, a whole number below 2^53. */
    end(bytes: Uint8Array, from: number, to: number): number {
      add(bytes, from, to, key.own);
      return (high >>> 0) * UPPER + (low >>> DROPPED);
    },
  };
}
