import { benchmarkFigure, hostText, stealText } from '@nestwatch/collector/cli/render-lab';
import type { Paint } from '@nestwatch/common/cli/colour';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import type { LayerRow } from './read-layers.ts';

/** The machines, each below the one that hosts it; each benchmark with its time as a multiple of the parent's. */
export function renderLayers(rows: readonly LayerRow[], paint: Paint): string {
  const benchmarks = [...new Set(rows.flatMap((row) => Object.keys(row.benchmarks)))];
  const columns: Column<LayerRow>[] = [
    { title: 'NODE', value: (row) => `${'  '.repeat(row.layer ?? 0)}${row.name}` },
    { title: 'LAYER', value: (row) => String(row.layer ?? '?'), align: 'right' },
    { title: 'PARENT', value: (row) => row.parent ?? '-' },
    { title: 'CAN HOST', value: (row) => hostText(row, paint), painted: true },
    { title: 'STEAL', value: stealText, align: 'right' },
    ...benchmarks.map(
      (name): Column<LayerRow> => ({
        title: name.toUpperCase(),
        value: (row) => figure(rows, row, name),
        align: 'right',
      }),
    ),
    { title: 'CLOCK RATE', value: (row) => row.clockRate?.toFixed(2) ?? '-', align: 'right' },
    { title: 'SAMPLES', value: (row) => String(row.samples), align: 'right' },
  ];
  return renderTable(columns, rows);
}

function figure(rows: readonly LayerRow[], row: LayerRow, name: string): string {
  const own = row.benchmarks[name];
  if (own === undefined) return '-';
  const parent = rows.find((each) => each.name === row.parent)?.benchmarks[name];
  const text = benchmarkFigure(own.secondsPerUnit, own.unit);
  return parent === undefined
    ? text
    : `${text} (×${(own.secondsPerUnit / parent.secondsPerUnit).toFixed(1)})`;
}
