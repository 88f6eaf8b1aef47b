import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import { benchmarkFigure, renderLab } from '../../src/cli/render-lab.ts';
import type { LabRow } from '../../src/read/lab-table.ts';

const row: LabRow = {
  ...{
    lab: 'a',
    node: 'n1',
    name: 'guest1',
    layer: 1,
    parent: 'n0',
    place: { by: 'mac', reason: 'guest guest1 of n0, by mac' },
    canHost: true,
    stealRatio: 0.123,
  },
  benchmark: { name: 'cpu.sha256', secondsPerUnit: 1e-9, unit: 'byte', atUs: 0 },
  ...{ capabilityAtUs: 0, sampleAtUs: 0, lastSeenUs: 1_000_000 },
};
const plain = (_: unknown, text: string) => text;

test('a node is shown with its figures, indented by layer', () => {
  const text = renderLab([row], 4_000_000, plain);
  expect(text).toContain('lab a\n');
  expect(text).toMatch(/ {2}guest1 +1 +yes +12\.3 % +cpu\.sha256 1\.00 GB\/s +3 s ago/);
});

test('what was not reported is a dash, never a zero', () => {
  const bare = defined({
    ...row,
    layer: undefined,
    canHost: undefined,
    stealRatio: undefined,
    benchmark: undefined,
  });
  expect(renderLab([bare], 4_000_000, plain)).toMatch(/guest1 +\? +- +- +- +3 s ago/);
});

test('where a layer is not known yet, or does not count from hardware, it is said why', () => {
  const pending = defined({
    ...row,
    layer: undefined,
    place: { by: 'pending', reason: 'no parent has reported it yet' },
  });
  expect(renderLab([pending], 4_000_000, plain)).toMatch(
    /guest1 +≥1 [\s\S]*\nguest1: no parent has reported it yet\n$/,
  );
  const opaque = { ...row, place: { by: 'opaque', reason: 'runs on vmware without an agent' } };
  expect(renderLab([opaque], 4_000_000, plain)).toMatch(
    /guest1 +1 [\s\S]*\nguest1: runs on vmware without an agent\n$/,
  );
  expect(renderLab([row], 4_000_000, plain)).not.toContain('by mac');
});

test('machines stand below the one that runs them, and a reason is said once for all that it holds for', () => {
  const at = (name: string, layer: number, parent: string): LabRow => ({
    ...row,
    ...{ name, node: name, layer, parent },
    place: { by: 'opaque', reason: 'runs on vmware without an agent' },
  });
  const text = renderLab(
    [at('a', 1, 'x'), at('b', 1, 'x'), at('a1', 2, 'a'), at('b1', 2, 'b')],
    4_000_000,
    plain,
  );
  expect([...text.matchAll(/^ +(\w+) +\d/gm)].map(([, name]) => name)).toEqual(['a', 'a1', 'b', 'b1']);
  expect(text).toMatch(/\na, b, a1, b1: runs on vmware without an agent\n$/);
});

test.each([
  [2e-9, 'byte', '500 MB/s'],
  [0.0123, 'spawn', '12.3 ms/spawn'],
  [3e-7, 'iteration', '300 ns/iteration'],
  [4.5e-5, 'exit', '45.0 µs/exit'],
  [12, 'run', '12.0 s/run'],
  [0, 'run', '-'],
])('%s seconds for one %s read as %s', (seconds, unit, text) => {
  expect(benchmarkFigure(seconds, unit)).toBe(text);
});

test('what is silent, as on the page and in alerts, is red', () => {
  const red = (_: unknown, text: string) => `<${text}>`;
  expect(renderLab([row], 1_000_000 + 3 * 60e6, red)).not.toContain('ago>');
  expect(renderLab([row], 1_000_001 + 3 * 60e6, red)).toContain('<3 min ago>');
});
