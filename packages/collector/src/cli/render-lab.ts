import type { Paint } from '@nestwatch/common/cli/colour';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { type LabRow, layerText } from '../read/lab-table.ts';
import { isSilent } from '../read/silent.ts';

/** The lab as a terminal table, one line for each node. */
export function renderLab(rows: readonly LabRow[], nowUs: number, paint: Paint): string {
  const columns: Column<LabRow>[] = [
    { title: 'NODE', value: (row) => `${'  '.repeat(row.layer ?? 0)}${row.name}` },
    { title: 'LAYER', value: layerText, align: 'right' },
    { title: 'CAN HOST', value: (row) => hostText(row, paint) },
    { title: 'STEAL', value: (row) => percent(row.stealRatio), align: 'right' },
    { title: 'LAST BENCHMARK', value: (row) => benchmarkText(row) },
    { title: 'LAST SEEN', value: (row) => ageText(row, nowUs, paint), align: 'right' },
  ];
  const labs = [...new Set(rows.map((row) => row.lab))];
  return labs
    .map((lab) => {
      const own = rows.filter((row) => row.lab === lab);
      return `lab ${lab}\n${renderTable(columns, own)}${own.flatMap((row) => placeNote(row, paint)).join('')}`;
    })
    .join('\n');
}

/** Why a layer is not known, or does not count from hardware. */
function placeNote({ name, layer, place }: LabRow, paint: Paint): string[] {
  if (place === undefined || place.reason === '') return [];
  return layer === undefined || place.by === 'opaque' ? [paint('dim', `${name}: ${place.reason}\n`)] : [];
}

/** Seconds for one unit as people read it: bytes as MB/s, all else as time for one. */
export function benchmarkFigure(secondsPerUnit: number, unit: string): string {
  if (!(secondsPerUnit > 0)) return '-';
  if (unit === 'byte') return `${significant(1 / secondsPerUnit / 1e6)} MB/s`;
  return `${durationText(secondsPerUnit)}/${unit || 'unit'}`;
}

function durationText(seconds: number): string {
  if (seconds >= 1) return `${significant(seconds)} s`;
  if (seconds >= 1e-3) return `${significant(seconds * 1e3)} ms`;
  return seconds >= 1e-6 ? `${significant(seconds * 1e6)} µs` : `${significant(seconds * 1e9)} ns`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function hostText(row: LabRow, paint: Paint): string {
  if (row.canHost === undefined) return '-';
  return row.canHost ? paint('green', 'yes') : paint('yellow', 'no');
}

function percent(ratio: number | undefined): string {
  return ratio === undefined ? '-' : `${(ratio * 100).toFixed(1)} %`;
}

function benchmarkText({ benchmark }: LabRow): string {
  if (benchmark === undefined) return '-';
  return `${benchmark.name} ${benchmarkFigure(benchmark.secondsPerUnit, benchmark.unit)}`;
}

function ageText(row: LabRow, nowUs: number, paint: Paint): string {
  const seconds = Math.max(0, (nowUs - row.lastSeenUs) / 1e6);
  const text = seconds < 120 ? `${seconds.toFixed(0)} s ago` : `${(seconds / 60).toFixed(0)} min ago`;
  return isSilent(row.lastSeenUs, nowUs) ? paint('red', text) : text;
}
