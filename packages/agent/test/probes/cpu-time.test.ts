import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuTime } from '../../src/probes/cpu-time.ts';
import { replay, valueFrom } from '../support/replay.ts';

const SHARES = [
  'userRatio',
  'niceRatio',
  'systemRatio',
  'idleRatio',
  'iowaitRatio',
  'irqRatio',
  'softirqRatio',
  'stealRatio',
  'guestRatio',
  'guestNiceRatio',
] as const;

test('the first reading of a real machine warms up, later ones are shares that add up to 1', async () => {
  const [first, ...later] = await replay(cpuTime(), 'this-machine');
  expect(first?.state).toBe('warming-up');
  expect(later).toHaveLength(2);
  for (const reading of later) {
    const value = valueFrom(reading);
    expect(value.cpus).toBe(2);
    expect(value.resets).toBe(0);
    expect(SHARES.reduce((sum, name) => sum + (value[name] ?? 0), 0)).toBeCloseTo(1, 9);
  }
});

test('steal that jumps by a pause, goes back and comes again is never a spike and never negative', async () => {
  const [, jumped, back, again] = await replay(cpuTime(), 'steal-jumps');
  expect(valueFrom(jumped)).toMatchObject({ stealMinRatio: 0, stealMaxRatio: 0, resets: 2 });
  expect(valueFrom(jumped).stealRatio).toBeUndefined();
  expect(valueFrom(back).stealRatio).toBeUndefined();
  expect(valueFrom(back).resets).toBe(2);
  expect(valueFrom(again).stealRatio).toBeCloseTo(100 / 2000);
  expect(valueFrom(again)).toMatchObject({ stealMinRatio: 0, resets: 0 });
  expect(valueFrom(again).stealMaxRatio).toBeCloseTo(0.1);
});

test('CPUs come and go, guest time is taken out of user, iowait that went back is left out', async () => {
  const [, added, removed] = await replay(cpuTime(), 'cpus-change');
  const first = valueFrom(added);
  expect(first.cpus).toBe(3);
  expect(first.iowaitRatio).toBeUndefined();
  expect(first.resets).toBe(3);
  expect(first.userRatio).toBeCloseTo(300 / 2800);
  expect(first.guestRatio).toBeCloseTo(200 / 2800);
  expect(first.stealMaxRatio).toBeCloseTo(60 / 1010);
  const second = valueFrom(removed);
  expect(second.cpus).toBe(2);
  expect(second.stealRatio).toBeCloseTo(0.05);
  expect(second.stealMaxRatio).toBeCloseTo(0.1);
});

test('any two readings give shares between 0 and 1 that add up to at most 1', async () => {
  const line = fc.array(fc.nat(1e9), { minLength: 4, maxLength: 12 });
  const stat = fc
    .array(line, { minLength: 1, maxLength: 4 })
    .map((cpus) =>
      [cpus[0] ?? [], ...cpus]
        .map((ticks, at) => `cpu${at === 0 ? ' ' : at - 1} ${ticks.join(' ')}`)
        .join('\n'),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.array(stat, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 1e9 }),
      async (stats, stepUs) => {
        const probe = cpuTime();
        for (const [at, text] of stats.entries()) {
          const reading = await probe.read({
            host: {
              root: '/',
              read: async () => ({ state: 'known', value: text }),
              list: async () => ({ state: 'absent', reason: '' }),
              link: async () => ({ state: 'absent', reason: '' }),
              open: async () => ({ state: 'absent', reason: '' }),
              mode: async () => ({ state: 'absent', reason: '' }),
              readAt: async () => ({ state: 'absent', reason: '' }),
            },
            clock: { monoUs: () => at * stepUs, wallUs: () => 0 },
            signal: new AbortController().signal,
            emit: () => undefined,
          });
          if (reading.state !== 'known') continue;
          const shares = SHARES.map((name) => reading.value[name] ?? 0);
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
        }
      },
    ),
  );
});
