import { seeded } from '@nestwatch/testkit/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createSeriesHash,
  createSeriesKey,
  LONGEST_SERIES,
  type SeriesKey,
} from '../../../src/influx/points/series-hash.ts';

const nothing = new Uint8Array();

/** The hash of a series whose own tags these are. */
function of(key: SeriesKey, tags: string, common: Uint8Array = nothing): number {
  const bytes = Buffer.from(tags);
  const hash = createSeriesHash(key);
  hash.begin(nothing, common);
  return hash.end(bytes, 0, bytes.length);
}

test('the same series has the same hash, wherever its tags stand and whatever came before', () => {
  const key = createSeriesKey();
  const hash = createSeriesHash(key);
  const bytes = fc.uint8Array({ maxLength: 50 });
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, (measurement, common, tags, before) => {
      const moved = Buffer.concat([before, tags]);
      hash.begin(measurement, common);
      const one = hash.end(moved, before.length, moved.length);
      hash.begin(measurement, Uint8Array.from(common));
      expect(hash.end(tags, 0, tags.length)).toBe(one);
      hash.begin(measurement, Buffer.concat([common, Buffer.from('x')]));
      expect(hash.end(tags, 0, tags.length)).not.toBe(one);
    }),
  );
});

test('two processes hash differently, so that nobody can look for collisions', () => {
  expect(of(createSeriesKey(), 'nestwatch_load,lab=a')).not.toBe(
    of(createSeriesKey(), 'nestwatch_load,lab=a'),
  );
});

/** FNV-1a of 32 bits, for which pairs are found in a second. */
function fnv(text: string, state = 0x811c9dc5): number {
  let hash = state;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
}

test('names that collide under a public hash are told apart', () => {
  const random = seeded(1);
  const pairs: [string, string][] = [];
  let state = 0x811c9dc5;
  for (let block = 0; block < 4; block++) {
    const seen = new Map<number, string>();
    for (;;) {
      const text = Array.from({ length: 8 }, () => Math.floor(random() * 36).toString(36)).join('');
      const hash = fnv(text, state);
      const other = seen.get(hash);
      if (other !== undefined && other !== text) {
        pairs.push([other, text]);
        state = hash;
        break;
      }
      seen.set(hash, text);
    }
  }
  const names = Array.from({ length: 16 }, (_, bits) =>
    pairs.map((pair, at) => pair[(bits >> at) & 1]).join(''),
  );
  expect(new Set(names.map((name) => fnv(name))).size).toBe(1);
  const key = createSeriesKey();
  expect(new Set(names.map((name) => of(key, name))).size).toBe(16);
});

test('no two of many series that are much alike collide', () => {
  const key = createSeriesKey();
  const seen = new Set<number>();
  for (let at = 0; at < 200_000; at++) seen.add(of(key, `nestwatch_fact,lab=lab,node=n,fact=f${at}`));
  expect(seen.size).toBe(200_000);
  expect(of(key, 'a'.repeat(LONGEST_SERIES))).toBeLessThan(2 ** 53);
});
