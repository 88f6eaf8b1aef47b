import { seeded } from '@nestwatch/testkit/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeriesHash, LONGEST_SERIES } from '../../../src/influx/points/series-hash.ts';

const bytesOf = (text: string) => Buffer.from(text);
const of = (hash: ReturnType<typeof createSeriesHash>, text: string) =>
  hash(bytesOf(text), 0, bytesOf(text).length);

test('the same bytes have the same hash, wherever they stand', () => {
  const hash = createSeriesHash();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 20 }), (bytes, before) => {
      const moved = Buffer.concat([before, bytes]);
      expect(hash(moved, before.length, moved.length)).toBe(hash(bytes, 0, bytes.length));
    }),
  );
});

test('two processes hash differently, so that nobody can look for collisions', () => {
  expect(of(createSeriesHash(), 'nestwatch_load,lab=a')).not.toBe(
    of(createSeriesHash(), 'nestwatch_load,lab=a'),
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
  const hash = createSeriesHash();
  expect(new Set(names.map((name) => of(hash, name))).size).toBe(16);
});

test('no two of many series that are much alike collide', () => {
  const hash = createSeriesHash();
  const seen = new Set<number>();
  for (let at = 0; at < 200_000; at++) seen.add(of(hash, `nestwatch_fact,lab=lab,node=n,fact=f${at}`));
  expect(seen.size).toBe(200_000);
  expect(of(hash, 'a'.repeat(LONGEST_SERIES))).toBeLessThan(2 ** 53);
});
