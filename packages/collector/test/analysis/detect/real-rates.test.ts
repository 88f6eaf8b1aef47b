import { expect, test } from 'vitest';
import { injectedRates } from '../../../src/analysis/detect/injected.ts';
import { realRow } from './real-rates.ts';
import { parseSeries } from './real-series.ts';
import { simulate } from './simulation.ts';

const nights = simulate({ kind: 'gaussian', noise: 0.02, rounds: 60, seed: 3 });
const table = [
  'time,machine,kernel,benchmark,median_s',
  ...nights.map(({ timeUs, own, reference }, at) => {
    const seconds = Math.exp(own - reference) * (at < 44 ? 1 : 2);
    const kernel = at < 40 ? '6.1' : '6.12';
    return [new Date(timeUs / 1000).toISOString(), 'm', kernel, 'bench', seconds].join(',');
  }),
  'not a time,m,6.12,bench,1',
].join('\n');

test('a doubling four rounds after an upgrade is told of, and steps at the upgrade are found', () => {
  const [series] = parseSeries(table);
  if (series === undefined) throw new Error('no series');
  const rates = injectedRates(series.seen);
  expect(rates.rounds).toBe(60);
  expect(rates.noise).toBeCloseTo(0.02, 1);
  expect(rates.told).toEqual([{ kind: 'step', round: 46 }]);
  // Eight for the first baseline, and three that are judged by it.
  expect(rates.blind).toBe(10);
  expect(rates.found[1]).toEqual({ factor: 1.5, hits: 27, of: 27, atChanges: { hits: 1, of: 1 } });
  expect(realRow(series)).toMatch(
    /^\| bench \| 60 \| \d\.\d % \| 16\.7 \| .*100\.0 \(1 of 1\).* \| step 1970-01-02 \|$/,
  );
});

test('a table with a column for each benchmark is many series', () => {
  const series = parseSeries('time,a [ns/op],b\n2026-01-01T00:00:00Z,1,\n2026-01-02T00:00:00Z,2,3\n');
  expect(series.map(({ name, seen }) => [name, seen.length])).toEqual([
    ['a [ns/op]', 2],
    ['b', 1],
  ]);
});
