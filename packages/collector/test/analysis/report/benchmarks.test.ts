import { expect, test } from 'vitest';
import { benchmarksOf, spreadOf } from '../../../src/analysis/report/benchmarks.ts';
import { renderMarkdown } from '../../../src/cli/report/render-markdown.ts';
import { nodes, places, report, results } from '../../support/report.ts';

test('a benchmark has each layer with its ratios and how it stands', () => {
  const [rows] = report.benchmarks.map((benchmark) => benchmark.rows);
  expect(rows?.map(({ name, results: count, state }) => [name, count, state])).toEqual([
    ['guest0', 60, 'steady'],
    ['guest1', 60, 'slow'],
  ]);
  expect(rows?.[0]?.vsParent).toBeUndefined();
  expect(rows?.[1]?.slowdown).toBeCloseTo(1.5, 1);
  expect(rows?.[1]?.vsBase?.high).toBeCloseTo(1.88, 1);
});

test.each([
  ['n1', 'guest1'],
  ['elsewhere', 'elsewhere'],
])('a download from %s is called by the name of that machine where it is known', (target, targetName) => {
  const from = results.map((each) => ({ ...each, benchmark: 'net.http', target }));
  const named = nodes.map((node, at) => ({ ...node, node: at === 1 ? 'n1' : node.node }));
  const benchmarks = benchmarksOf(from, places, named);
  expect(benchmarks[0]).toMatchObject({ target, targetName });
  expect(renderMarkdown({ ...report, benchmarks })).toContain(`net.http from ${targetName}`);
});

test('the spread of values is their median and quartiles', () => {
  expect(spreadOf([4, 1, 3, 2, 5])).toEqual({ median: 3, low: 2, high: 4 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
  expect(spreadOf([])).toBeUndefined();
});
