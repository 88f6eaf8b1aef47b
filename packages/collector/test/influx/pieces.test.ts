import { expect, test } from 'vitest';
import { inPieces } from '../../src/influx/pieces.ts';
import type { Series } from '../../src/influx/query-answer.ts';

const DAY_US = 86_400e6;
const nowUs = 20_000 * DAY_US;
const series = (node: string, ...rows: Series['rows']): Series => ({ name: 'm', tags: { node }, rows });

/** Pieces of a query over five days. */
function ofFiveDays(select: string, rest = '') {
  const found = inPieces(
    `SELECT ${select} FROM "m" WHERE "lab" = 'a' AND time > now() - 432000s${rest}`,
    nowUs,
  );
  if (found === undefined) throw new Error('it is not in pieces');
  return found;
}

test('the pieces follow one another without a gap, the newest first and open', () => {
  expect(ofFiveDays('last("v") AS "v"', ' GROUP BY "node"').queries).toEqual([
    `SELECT last("v") AS "v" FROM "m" WHERE "lab" = 'a' AND time >= ${nowUs - 2 * DAY_US}u GROUP BY "node"`,
    `SELECT last("v") AS "v" FROM "m" WHERE "lab" = 'a' AND time >= ${nowUs - 4 * DAY_US}u AND time < ${nowUs - 2 * DAY_US}u GROUP BY "node"`,
    `SELECT last("v") AS "v" FROM "m" WHERE "lab" = 'a' AND time >= ${nowUs - 5 * DAY_US}u AND time < ${nowUs - 4 * DAY_US}u GROUP BY "node"`,
  ]);
});

test.each([
  'SELECT v FROM "m" WHERE time > now() - 172800s',
  'SELECT v FROM "m"',
  'SHOW MEASUREMENTS',
  'SELECT median("v") AS "v" FROM "m" WHERE time > now() - 864000s',
  `SELECT v FROM "m" WHERE "lab" = 'x time > now() - 1s' AND time > now() - 864000s`,
])('%s is asked as it is', (query) => {
  expect(inPieces(query, nowUs)).toBeUndefined();
});

test('of a newest value the newest piece that has one counts, with what stands beside it', () => {
  const { merge } = ofFiveDays('last("v") AS "v", "by"', ' GROUP BY "node"');
  const answers = [
    [series('a', { time: 9, v: null, by: null })],
    [series('a', { time: 5, v: 1, by: 'x' }), series('b', { time: 6, v: 3, by: 'y' })],
    [series('b', { time: 1, v: 2, by: 'z' })],
  ];
  expect(merge(answers)).toEqual([
    series('a', { time: 5, v: 1, by: 'x' }),
    series('b', { time: 6, v: 3, by: 'y' }),
  ]);
});

test('extremes, sums and first values are those of the whole', () => {
  const select =
    'last("v") AS "v", first("v") AS "before", max("v") AS "most", min("v") AS "least", count("v") AS "n"';
  const row = (time: number, v: number) => ({ time, v, before: v - 1, most: v, least: v - 1, n: 2 });
  const answers = [[series('a', row(9, 4))], [series('a', row(5, 7))], [series('a', row(1, 2))]];
  expect(ofFiveDays(select).merge(answers)).toEqual([
    series('a', { time: 9, v: 4, before: 1, most: 7, least: 1, n: 6 }),
  ]);
});

test('points stand in the order that was asked for, and no more than were', () => {
  const answers = [
    [series('a', { time: 9 }, { time: 8 })],
    [series('a', { time: 5 })],
    [series('a', { time: 1 })],
  ];
  const times = (found: Series[]) => found[0]?.rows.map(({ time }) => time);
  expect(times(ofFiveDays('"v"', ' ORDER BY time DESC LIMIT 3').merge(answers))).toEqual([9, 8, 5]);
  const ascending = [[series('a', { time: 8 }, { time: 9 })], [series('a', { time: 5 })]];
  expect(times(ofFiveDays('"v"').merge(ascending))).toEqual([5, 8, 9]);
});

test('no span of GROUP BY time is cut', () => {
  const hourUs = 3_600_000_000;
  const { queries } = ofFiveDays('mean("v") AS "v"', ` GROUP BY time(${hourUs}u), "node" fill(none)`);
  const starts = queries.map((query) => Number(/time >= (\d+)u/.exec(query)?.[1]));
  for (const start of starts.slice(0, -1)) expect(start % hourUs).toBe(0);
});

test('a span of GROUP BY time that is longer than a piece is asked for by itself', () => {
  const { queries } = ofFiveDays('mean("v") AS "v"', ` GROUP BY time(${3 * DAY_US}u), "node" fill(none)`);
  expect(queries.map((query) => Number(/time >= (\d+)u/.exec(query)?.[1]) / DAY_US)).toEqual([
    19_998, 19_995,
  ]);
});
