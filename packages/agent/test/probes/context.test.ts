import fc from 'fast-check';
import { expect, test } from 'vitest';
import { context, parseActivity } from '../../src/probes/context.ts';
import { replay, valueFrom } from '../support/replay.ts';

test('a real machine: each kind of softirq is a part of their sum', async () => {
  const [first, ...later] = await replay(context(), 'this-machine');
  expect(first?.state).toBe('warming-up');
  for (const reading of later) {
    const value = valueFrom(reading);
    const kinds = Object.entries(value).filter(([name]) => /^softirq[A-Z]/.test(name));
    expect(kinds).toHaveLength(10);
    const sum = kinds.reduce((total, [, rate]) => total + Number(rate), 0);
    expect(sum).toBeCloseTo(value.softirqsPerSecond ?? 0, 6);
    expect(value.contextSwitchesPerSecond).toBeGreaterThan(0);
    expect(value.interruptsPerSecond).toBeGreaterThan(0);
    expect(value.runningThreads).toBeGreaterThan(0);
    expect(value.resets).toBe(0);
  }
});

test('kinds of softirq that a kernel does not have are missing', () => {
  expect(parseActivity('intr 10 1 2\nctxt 20\nprocesses 30\nsoftirq 6 1 2 3\n')).toEqual({
    counters: {
      intr: 10,
      ctxt: 20,
      processes: 30,
      softirq: 6,
      'softirq.hi': 1,
      'softirq.timer': 2,
      'softirq.net_tx': 3,
    },
  });
});

test('any text gives finite counters or nothing', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseActivity(`ctxt 1\n${text}\nsoftirq 1 ${text}`);
      expect(Object.values(parsed?.counters ?? {}).every(Number.isFinite)).toBe(true);
    }),
  );
  expect(parseActivity('cpu 1 2 3\n')).toBeUndefined();
});
