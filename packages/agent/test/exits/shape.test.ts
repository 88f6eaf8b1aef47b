import { expect, test } from 'vitest';
import { shapeTrace, summaryOf } from '../../src/exits/shape.ts';
import type { ExitTrace, ReasonExits } from '../../src/exits/trace.ts';

const exits = (reason: string, count: number, more: Partial<ReasonExits> = {}): ReasonExits => ({
  reason,
  count,
  nested: false,
  ...more,
});
const trace = (reasons: readonly ReasonExits[]): ExitTrace => ({
  seconds: 10,
  method: 'sums',
  missedRatio: 0,
  processes: [
    { pid: 70, reasons },
    { pid: 71, reasons: [exits('hlt', 5)] },
  ],
});

test('a summary names the most frequent reasons, and none that hardly ever came', () => {
  expect(
    summaryOf([exits('hlt', 710), exits('npf', 120), exits('io', 90), exits('msr', 70), exits('x', 10)]),
  ).toBe('hlt 71 %, npf 12 %, io 9.0 %, msr 7.0 %');
  expect(summaryOf([exits('hlt', 995), exits('io', 5)])).toBe('hlt 100 %');
  expect(summaryOf([])).toBe('');
});

test('exits are those of guests that run here, by name; those of guests of a guest stand apart', () => {
  const reasons = [
    exits('hlt', 60, { meanUs: 2000 }),
    exits('vmrun', 40),
    exits('cpuid', 30, { nested: true }),
  ];
  const shape = shapeTrace(trace(reasons), [{ pid: 70, guest: 'guest1' }], 'alert');
  expect(shape?.guests).toEqual([
    {
      guest: 'guest1',
      summary: 'hlt 60 %, vmrun 40 %',
      nestedSummary: 'cpuid 100 %',
      exitsPerSecond: 10,
      nestedExitsPerSecond: 3,
      tracedSeconds: 10,
      missedRatio: 0,
      method: 'sums',
      askedBy: 'alert',
    },
  ]);
  expect(shape?.reasons).toEqual([
    { guest: 'guest1', level: 'guest', reason: 'hlt', perSecond: 6, shareRatio: 0.6, meanUs: 2000 },
    { guest: 'guest1', level: 'guest', reason: 'vmrun', perSecond: 4, shareRatio: 0.4, meanUs: null },
    { guest: 'guest1', level: 'nested', reason: 'cpuid', perSecond: 3, shareRatio: 1, meanUs: null },
  ]);
});

test('of a machine with very many guests, the reasons of those that exit most are told', () => {
  const reasons = Array.from({ length: 30 }, (_, at) => exits(`r${at}`, 100 - at));
  const processes = Array.from({ length: 60 }, (_, at) => ({ pid: at + 1, reasons }));
  const guests = processes.map(({ pid }) => ({ pid, guest: `g${pid}` }));
  const shape = shapeTrace({ seconds: 1, method: 'records', missedRatio: 0, processes }, guests, 'alert');
  expect([shape?.guests?.length, shape?.reasons?.length]).toEqual([60, 512]);
  expect(shape?.reasons?.[0]).toMatchObject({ guest: 'g1', reason: 'r0' });
});

test('where no known guest exited there is nothing to tell', () => {
  expect(shapeTrace(trace([exits('hlt', 1)]), [{ pid: 9, guest: 'x' }], 'operator')).toBeUndefined();
});
