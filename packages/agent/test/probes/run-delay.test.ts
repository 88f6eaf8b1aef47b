import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSchedstat, runDelay } from '../../src/probes/run-delay.ts';
import { replay, valueFrom } from '../support/replay.ts';

test('waits and runs of two CPUs', async () => {
  const [first, second] = await replay(runDelay(), 'schedstat');
  expect(first?.state).toBe('warming-up');
  const value = valueFrom(second);
  expect(value.waitRatio).toBeCloseTo((0.1 + 0.3) / 2);
  expect(value.waitMaxRatio).toBeCloseTo(0.3);
  expect(value.runRatio).toBeCloseTo((0.2 + 0.6) / 2);
  expect(value.timeslicesPerSecond).toBeCloseTo(400);
  expect(value.waitUs).toBeCloseTo(1000);
});

test('a kernel without it says what is missing', async () => {
  const [reading] = await replay(runDelay(), 'this-machine');
  expect(reading).toMatchObject({
    state: 'absent',
    reason: '/proc/schedstat: ENOENT (this kernel is built without CONFIG_SCHEDSTATS)',
  });
});

test('versions that are not known: refused', () => {
  expect(parseSchedstat('version 10\ncpu0 1 2 3 4 5 6 7 8 9\n')).toBeUndefined();
  expect(parseSchedstat('version 17\ncpu0 1 2 3\n')).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => parseSchedstat(text) === undefined));
});
