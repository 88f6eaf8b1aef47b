import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import { pointTime } from '../../src/ingest/message-lines.ts';

const header = (wallUs: number, labUs?: number) => defined({ wallUs, labUs });

test('a point stands at the wall time of its node while that is near lab time', () => {
  expect(pointTime(header(5_000_000, 4_000_000), 2000)).toEqual({
    timeUs: 5_000_000,
    byLabTime: false,
    skewUs: 1e6,
  });
});

test('and at lab time when it is not, before or behind', () => {
  expect(pointTime(header(9_000_000, 4_000_000), 2000)).toMatchObject({ timeUs: 4_000_000, byLabTime: true });
  expect(pointTime(header(1_000_000, 4_000_000), 2000)).toMatchObject({ timeUs: 4_000_000, byLabTime: true });
});

test('without an estimate there is no skew to speak of', () => {
  expect(pointTime(header(5), 2000)).toEqual({ timeUs: 5, byLabTime: false });
});
