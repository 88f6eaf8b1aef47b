import fc from 'fast-check';
import { expect, test } from 'vitest';
import { load, parseLoadavg } from '../../src/probes/load.ts';
import { replay, valueFrom } from '../support/replay.ts';

test('a real machine', async () => {
  const [reading] = await replay(load(), 'this-machine');
  const value = valueFrom(reading);
  expect(value.load1).toBeGreaterThan(0);
  expect(value.threads).toBeGreaterThan(100);
  expect(value.uptimeSeconds).toBeGreaterThan(900);
});

test('load averages', () => {
  expect(parseLoadavg('0.46 0.14 0.07 2/117 8539\n')).toEqual({
    load1: 0.46,
    load5: 0.14,
    load15: 0.07,
    runnableThreads: 2,
    threads: 117,
  });
});

test('anything else is refused', () => {
  fc.assert(fc.property(fc.string(), (text) => parseLoadavg(`${text}x`) === undefined));
});
