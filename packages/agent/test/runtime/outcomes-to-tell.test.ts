import { v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { createOutcomesToTell } from '../../src/runtime/outcomes-to-tell.ts';

const { Status } = v1.ProbeOutcome;
const NAMES = Array.from({ length: 15 }, (_, at) => `p${at}`);
const ticked = (different: Readonly<Record<string, number>> = {}) =>
  NAMES.map((probe) => ({ probe, status: different[probe] ?? Status.OK, reason: '', durationUs: 7 }));

test('the first tick tells all, and then each is told again within 150 s', () => {
  const choose = createOutcomesToTell(10_000);
  expect(choose(ticked())).toEqual(ticked());
  const told = Array.from({ length: 15 }, () => choose(ticked()).map(({ probe }) => probe));
  expect(told.map((names) => names.length)).toEqual(NAMES.map(() => 1));
  expect(told.flat().sort()).toEqual([...NAMES].sort());
});

test('what changes is told at once, whose turn it is or not, and then not again', () => {
  const choose = createOutcomesToTell(10_000);
  choose(ticked());
  const statuses = (outcomes: ReturnType<typeof choose>) =>
    outcomes.filter(({ probe }) => probe === 'p9').map(({ status }) => status);
  expect(statuses(choose(ticked({ p9: Status.TIMED_OUT })))).toEqual([Status.TIMED_OUT]);
  expect(statuses(choose(ticked({ p9: Status.TIMED_OUT })))).toEqual([]);
  expect(statuses(choose(ticked()))).toEqual([Status.OK]);
  // Another reason is a change as well.
  const other = ticked().map((each) => ({ ...each, reason: each.probe === 'p9' ? 'no /proc' : '' }));
  expect(statuses(choose(other))).toEqual([Status.OK]);
});

test.each([
  [1000, 1],
  [60_000, 6],
  [300_000, 15],
])('at an interval of %d ms, %d are told in turn', (intervalMs, count) => {
  const choose = createOutcomesToTell(intervalMs);
  choose(ticked());
  expect(choose(ticked())).toHaveLength(count);
});

test('without any probe nothing is told', () => {
  const choose = createOutcomesToTell(10_000);
  expect([choose([]), choose([])]).toEqual([[], []]);
});
