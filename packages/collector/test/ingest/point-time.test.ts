import { expect, test } from 'vitest';
import type { CheckedHeader } from '../../src/ingest/check-header.ts';
import { place } from '../../src/ingest/point-time.ts';

const header = (wallUs: number, labUs?: number): CheckedHeader => ({
  ...{
    lab: 'l',
    node: 'n',
    name: 'n',
    boot: 'b',
    seq: 1,
    freed: 0,
    monoUs: 0,
    agentVersion: '',
    intervalMs: 0,
    parent: '',
  },
  wallUs,
  ...(labUs === undefined ? {} : { labUs }),
});

test('a point stands at the wall time of its node while that is near lab time', () => {
  expect(place(header(5_000_000, 4_000_000), 2000)).toEqual({
    timeUs: 5_000_000,
    byLabTime: false,
    skewUs: 1e6,
  });
});

test('and at lab time when it is not, before or behind', () => {
  expect(place(header(9_000_000, 4_000_000), 2000)).toMatchObject({ timeUs: 4_000_000, byLabTime: true });
  expect(place(header(1_000_000, 4_000_000), 2000)).toMatchObject({ timeUs: 4_000_000, byLabTime: true });
});

test('without an estimate there is no skew to speak of', () => {
  expect(place(header(5), 2000)).toEqual({ timeUs: 5, byLabTime: false });
});
