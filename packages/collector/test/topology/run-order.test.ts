import { describe, expect, test } from 'vitest';
import { orderAfter, orderAtStart, type RunOrder } from '../../src/topology/run-order.ts';

const SECOND_US = 1e6;
const YEAR_2099_US = Date.UTC(2099, 0) * 1000;
const NOW_US = 1_800_000_000_000_000;

/** The order after capabilities: run, number, when received, and when made by the node's word; null where one is old. */
function after(...messages: readonly (readonly [string, number, number, number?])[]) {
  let order: RunOrder | undefined;
  return messages.map(([runId, seq, second, labUs]) => {
    const header = { runId, seq, ...(labUs !== undefined && { labUs }) };
    const next = orderAfter(order, header, NOW_US + second * SECOND_US);
    order = next ?? order;
    return next === undefined ? null : `${runId} ${seq}`;
  });
}

const made = (second: number) => NOW_US + second * SECOND_US;

describe('a capability counts', () => {
  test('by its number within a run, whenever it comes', () => {
    expect(after(['r', 1, 0], ['r', 9, 1], ['r', 5, 2], ['r', 9, 0], ['r', 10, 3])).toEqual([
      'r 1',
      'r 9',
      null,
      null,
      'r 10',
    ]);
  });

  test('when its run is new, and not when that run was followed by another', () => {
    expect(after(['r', 50, 0], ['s', 1, 60], ['r', 51, 61], ['s', 2, 62])).toEqual([
      'r 50',
      's 1',
      null,
      's 2',
    ]);
  });

  test('as old when it says itself that it was made before', () => {
    expect(after(['s', 1, 0, made(0)], ['r', 7, 60, made(-900)], ['t', 1, 90, made(90)])).toEqual([
      's 1',
      null,
      't 1',
    ]);
  });

  test('as no newer than it was received, whatever year it says to be of', () => {
    expect(after(['r', 1, 0, YEAR_2099_US], ['r', 2, 1, made(1)], ['s', 1, 60, made(60)])).toEqual([
      'r 1',
      'r 2',
      's 1',
    ]);
  });

  test('again of a run that was taken for an earlier one, once it says that it was made later', () => {
    expect(after(['s', 2, 0], ['r', 1, 10], ['s', 3, 20], ['s', 4, 60, made(60)])).toEqual([
      's 2',
      'r 1',
      null,
      's 4',
    ]);
  });
});

test('what the agent says of earlier runs when it starts is old from then on', () => {
  const start = orderAtStart(undefined, { runId: 's', seq: 1 }, ['q', 'r'], NOW_US);
  expect(start).toMatchObject({ runId: 's', seq: 0, formerRuns: ['q', 'r'] });
  expect(orderAfter(start, { runId: 'r', seq: 9 }, NOW_US + SECOND_US)).toBeUndefined();
  expect(orderAfter(start, { runId: 's', seq: 2 }, NOW_US + SECOND_US)).toMatchObject({ seq: 2 });
  // However many it names.
  const many = Array.from({ length: 1000 }, (_, at) => `r${at}`);
  expect(orderAtStart(start, { runId: 's', seq: 1 }, many, NOW_US)?.formerRuns).toHaveLength(16);
});
