import { expect, test } from 'vitest';
import { benchmarksOf } from '../../../src/analysis/report/benchmarks.ts';
import { changesOf } from '../../../src/analysis/report/changes.ts';
import type { Report } from '../../../src/analysis/report/report.ts';
import { spreadOf } from '../../../src/analysis/report/spread.ts';
import { renderMarkdown } from '../../../src/cli/report/render-markdown.ts';
import { renderTerminal } from '../../../src/cli/report/render-terminal.ts';
import type { Result } from '../../../src/read/result.ts';

const HOUR_US = 3_600_000_000;
const START_US = Date.parse('2026-01-01T00:00:00Z') * 1000;
const places = [{ node: 'guest0' }, { node: 'guest1', parent: 'guest0', base: 'guest0' }];

/** 60 rounds, in which guest1 becomes 1.5 times slower half way; a little noise of its own. */
const results = Array.from({ length: 60 }, (_, at) => at).flatMap((at) =>
  places.map(({ node }, layer): Result => {
    const timeUs = START_US + at * HOUR_US;
    const noise = 1 + ((at * 7919 + layer * 104_729) % 97) / 2000;
    return {
      node,
      benchmark: 'cpu.sha256',
      variant: '',
      target: '',
      unit: 'byte',
      timeUs,
      outcome: 1,
      reason: '',
      disturbances: '',
      argumentsHash: 'a',
      fingerprint: node,
      round: `cpu.sha256@${new Date(timeUs / 1000).toISOString()}`,
      secondsPerUnit: (layer === 0 ? 4e-9 : at < 30 ? 5e-9 : 7.5e-9) * noise,
    };
  }),
);
const nodes = places.map(({ node }, layer) => ({
  node,
  name: node,
  layer,
  lastSeenUs: START_US + 60 * HOUR_US,
  canHost: true,
}));
const report: Report = {
  lab: 'a|b',
  fromUs: START_US,
  toUs: START_US + 60 * HOUR_US,
  nodes,
  benchmarks: benchmarksOf(results, places, nodes),
  changes: changesOf(results, places, (node) => node),
  alerts: [
    {
      firedUs: START_US + 32 * HOUR_US,
      severity: 'critical',
      rule: 'slowdown-parent',
      subject: 'cpu.sha256',
      lab: 'a|b',
      node: 'guest1',
      name: 'guest1',
      text: 'slow | <b>',
      silenced: true,
    },
  ],
  advice: [
    { node: 'guest0', name: 'guest0', level: 'warning', summary: 'Nesting is off.', advice: 'Switch it on.' },
  ],
};

test('the spread of values is their median and quartiles', () => {
  expect(spreadOf([4, 1, 3, 2, 5])).toEqual({ median: 3, low: 2, high: 4 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
  expect(spreadOf([])).toBeUndefined();
});

test.each([
  ['n1', 'guest1', 'from guest1'],
  ['elsewhere', 'elsewhere', 'from elsewhere'],
])(
  'a download from %s is called by the name of that machine where it is known',
  (target, targetName, shown) => {
    const from = results.map((each) => ({ ...each, benchmark: 'net.http', target }));
    const named = nodes.map((node, at) => ({ ...node, name: node.name, node: at === 1 ? 'n1' : node.node }));
    const [benchmark] = benchmarksOf(from, places, named);
    expect(benchmark).toMatchObject({ target, targetName });
    expect(renderMarkdown({ ...report, benchmarks: benchmark === undefined ? [] : [benchmark] })).toContain(
      `net.http ${shown}`,
    );
    const changes = changesOf(from, places, (node) => named.find((each) => each.node === node)?.name ?? node);
    expect(changes.map(({ stream }) => stream)).toContain(`net.http ${shown}`);
  },
);

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

test('the lasting change is dated, on the layer that changed', () => {
  expect(report.changes).toMatchObject([
    { node: 'guest1', stream: 'cpu.sha256', against: 'parent', timeUs: START_US + 30 * HOUR_US },
  ]);
  expect(report.changes[0]?.factor).toBeCloseTo(1.5, 1);
});

test('the terminal gets tables and sentences', () => {
  const text = renderTerminal(report, (_, plain) => plain);
  expect(text).toMatch(/guest1 +60 +\d+ MB\/s +×1\.\d+ \(.*1\.\d+× slower/);
  expect(text).toContain('2026-01-02 06:00  guest1: cpu.sha256 became 1.5');
  expect(text).toContain('2026-01-02 08:00 still  critical (silenced): slow');
  expect(text).toContain('guest0, warning: Nesting is off.\n    Switch it on.');
});

test('Markdown keeps its tables whole, whatever the texts hold', () => {
  const text = renderMarkdown(report);
  expect(text).toContain('# Lab a\\|b, 2026-01-01 00:00');
  expect(text).toContain('| slow \\| &lt;b> |');
  expect(text.endsWith('\n')).toBe(true);
});
