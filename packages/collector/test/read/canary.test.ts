import { v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { canaryIn } from '../../src/read/canary.ts';

const { OK, FAILED, SKIPPED, ABSENT, TIMED_OUT } = v1.BenchmarkResult.Outcome;
const row = (time: number, outcome: number, more: Readonly<Record<string, string>> = {}) => ({
  time,
  outcome,
  ...more,
});

test('the newest that was tried counts, and when one booted last', () => {
  expect(canaryIn([row(1, OK), row(2, OK), row(3, FAILED, { reason: 'no', trigger: 'due' })])).toEqual({
    boots: false,
    atUs: 3,
    bootedUs: 2,
    reason: 'no',
    trigger: 'due',
  });
  expect(canaryIn([row(1, TIMED_OUT), row(2, OK)])).toMatchObject({ boots: true, atUs: 2, bootedUs: 2 });
});

test('what was skipped, could not be tried, or was stopped with its agent says nothing', () => {
  const stopped = { disturbances: 'steal: 12 %; stopped: the agent ends' };
  expect(canaryIn([row(1, OK), row(2, SKIPPED), row(3, ABSENT), row(4, FAILED, stopped)])).toMatchObject({
    boots: true,
    atUs: 1,
  });
  expect(canaryIn([row(1, ABSENT)])).toBeUndefined();
  expect(canaryIn([])).toBeUndefined();
});
