import { v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { renderRound } from '../../../src/cli/rounds/tables.ts';
import type { Cell } from '../../../src/read/result.ts';

const { OK, SKIPPED, UNREACHABLE } = v1.BenchmarkResult.Outcome;

function cell(layer: number, changes: Partial<Cell> = {}): Cell {
  return {
    ...{ node: `id${layer}`, name: `guest${layer}`, layer, parent: layer === 0 ? '' : `id${layer - 1}` },
    ...{
      benchmark: 'cpu.shell-loop',
      variant: 'count',
      target: '',
      unit: 'iteration',
      outcome: OK,
      reason: '',
    },
    ...{ round: 'cpu.shell-loop@2026-01-31T06:00:00Z', argumentsHash: 'a', disturbances: '', timeUs: layer },
    ...changes,
  };
}

test('a round as the article shows it, beside its own figures', () => {
  const cells = [
    cell(0, { secondsPerUnit: 1e-6 }),
    cell(1, { secondsPerUnit: 1.29e-6 }),
    cell(2, { secondsPerUnit: 1.3674e-6, disturbances: 'steal: 20 % of the CPU time' }),
    cell(0, { benchmark: 'net.http', variant: '', unit: 'byte', target: 'id0', secondsPerUnit: 2e-9 }),
    cell(0, { benchmark: 'net.http', variant: '', unit: 'byte', target: 'id1', outcome: UNREACHABLE }),
    cell(1, { benchmark: 'net.http', variant: '', unit: 'byte', target: 'id0', secondsPerUnit: 4e-9 }),
    cell(2, { benchmark: 'net.http', variant: '', outcome: SKIPPED, reason: 'guest1 had it' }),
  ];
  expect(renderRound(cells, { article: true }).replace(/ +$/gm, '')).toBe(
    `BENCHMARK              GUEST0           GUEST1            GUEST2  THE ARTICLE (GUEST1, GUEST2, GUEST3)
cpu.shell-loop count  1.00 µs  1.29 µs (×1.29)  1.37 µs (×1.06)*  ×1.29, ×1.06, ×2.40

DOWNLOADS FROM    GUEST0       GUEST1  GUEST2
guest0          500 MB/s  unreachable       -
guest1          250 MB/s            -       -
guest2                 -            -       -
The article: 2.5 GB over HTTP: fastest from the machine itself, slower with every layer between, guest3 slowest.

guest2: net.http: guest1 had it
* guest2: cpu.shell-loop: steal: 20 % of the CPU time
`,
  );
});

test('without results there is nothing to show', () => {
  expect(renderRound([])).toBe('');
});
