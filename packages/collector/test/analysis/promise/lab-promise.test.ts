import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import { promisesOf, totalOf } from '../../../src/analysis/promise/lab-promise.ts';
import { PROMISE_COLUMNS, rowsOf } from '../../../src/cli/detection/columns.ts';
import { nodes, places, results, START_US } from '../../support/report.ts';

const known = nodes.map((node, at) => defined({ ...node, lab: 'a|b', parent: places[at]?.parent }));

test('steps put into a history are found, and what is slower in it is told of', () => {
  const streams = promisesOf(results, known);
  expect(streams.map(({ name, against, rounds }) => [name, against, rounds])).toEqual([
    ['guest0', 'self', 60],
    ['guest1', 'self', 60],
    ['guest1', 'parent', 60],
  ]);
  const [quiet, , slow] = streams;
  expect(quiet?.told).toEqual([]);
  expect(quiet?.found.map(({ factor, hits, of }) => [factor, hits, of]).slice(1)).toEqual([
    [1.5, 38, 38],
    [2.4, 38, 38],
  ]);
  // Slower by half from the 30th round on; what it is raised for is no place for a step.
  expect(slow?.told.map(({ kind, timeUs }) => [kind, (timeUs - START_US) / 3_600_000_000])).toEqual([
    ['step', 32],
  ]);
  expect(slow?.found[2]).toMatchObject({ hits: 13, of: 13 });
  expect(slow?.noise).toBeLessThan(0.03);
});

test('what is in doubt is left out, and settings that are others are not compared', () => {
  const doubtful = results.map((each, at) => ({
    ...each,
    disturbances: at % 10 < 2 ? 'clock stepped' : '',
    argumentsHash: at < 20 ? 'others' : 'a',
  }));
  const [guest0] = promisesOf(doubtful, known);
  expect(guest0).toMatchObject({ rounds: 40, blind: 10 });
});

test('totals are of one comparison, and few rounds say so', () => {
  const streams = promisesOf(results, known);
  const totals = [totalOf(streams, 'self'), totalOf(streams, 'parent')].filter((each) => each !== undefined);
  expect(totals.map(({ against, rounds, told }) => [against, rounds, told])).toEqual([
    ['self', 120, 1],
    ['parent', 60, 1],
  ]);
  const [few] = promisesOf(results.slice(0, 30), known);
  const row = PROMISE_COLUMNS.map(({ value }) => value(few as NonNullable<typeof few>));
  expect(row).toContain('too few rounds');
  const all = { lab: 'a|b', fromUs: 0, toUs: 1, streams, totals };
  expect(
    rowsOf(all)
      .map((each) => PROMISE_COLUMNS.map(({ value }) => value(each)))
      .at(-1),
  ).toEqual(expect.arrayContaining(['all', 'parent', '60', '1 (1.67 in 100)', '100.0 %']));
});
