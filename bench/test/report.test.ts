import { expect, test } from 'vitest';
import { type Figure, keepsBudget, quantile, spreadOf } from '../figure.ts';
import { check } from '../report/check.ts';
import { withTables } from '../report/document.ts';
import { renderText } from '../report/text.ts';

const figure = (values: number[], budget?: Figure['budget']): Figure => ({
  id: 'collector.of-ceiling',
  what: 'points/s of the ceiling',
  unit: 'percent',
  values,
  guarded: true,
  worse: 'lower',
  ...(budget !== undefined && { budget }),
});
const result = (values: number[], name = 'collector') => ({
  name,
  meaning: 'throughput',
  figures: [figure(values, { atLeast: 70 })],
  absent: [],
});

test('a spread is the middle value and the extremes', () => {
  expect(spreadOf([3, 1, 2, 10])).toEqual({ median: 2.5, low: 1, high: 10 });
  expect(() => spreadOf([])).toThrow();
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
});

test('the median decides whether a budget is kept', () => {
  expect(keepsBudget(figure([60, 75, 80], { atLeast: 70 }))).toBe(true);
  expect(keepsBudget(figure([75, 60, 65], { atLeast: 70 }))).toBe(false);
  expect(keepsBudget(figure([1]))).toBeUndefined();
});

test('a figure is worse only when its whole spread is, by more than a tenth', () => {
  const baseline = { 'collector.of-ceiling': { worse: 'lower', median: 80, low: 75, high: 90 } } as const;
  expect(check(baseline, [result([60, 76, 65])])).toEqual([]);
  expect(check(baseline, [result([73, 74, 74.5])])).toEqual([]);
  expect(check(baseline, [result([95, 99, 120])])).toEqual([]);
  expect(check(baseline, [result([60, 62, 65])])).toEqual([
    'collector.of-ceiling is 62 % (60 % to 65 %), was 80 % (75 % to 90 %)',
  ]);
});

test('the tables of the sections that ran replace those of the document, and nothing else', () => {
  const document =
    'before\n<!-- bench:collector -->\nold\n<!-- /bench -->\n<!-- bench:scale -->\nkept\n<!-- /bench -->\n';
  const measured = {
    machine: { CPU: 'two' },
    date: '2026-11-28',
    quick: false,
    results: [result([72, 74, 80])],
  };
  const text = withTables(document, measured);
  expect(text).toContain('| points/s of the ceiling | 74 % | 72 % to 80 %, 3 runs | ≥ 70 % | kept |');
  expect(text).toContain('Measured on 2026-11-28: CPU two.');
  expect(text).not.toContain('old');
  expect(text).toContain('<!-- bench:scale -->\nkept\n');
  expect(withTables(text, measured)).toBe(text);
});

test('the terminal shows each figure, and what could not be measured with the reason', () => {
  const absent = [{ id: 'agent.pcp', what: 'pmcd', reason: 'not installed' }];
  const text = renderText({
    machine: {},
    date: '2026-11-28',
    quick: true,
    results: [{ ...result([50]), absent }],
  });
  expect(text).toMatch(/points\/s of the ceiling\s+50 %\s+≥ 70 %\s+missed/);
  expect(text).toContain('not measured: pmcd: not installed');
});
