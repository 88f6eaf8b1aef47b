import type { Paint } from '@nestwatch/common/cli/colour';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { groupBy } from '@nestwatch/common/group-by';
import { formatAgo, formatCost, formatPercent } from '@nestwatch/common/quantities';
import type { FiringAlert } from '../read/alerts.ts';
import { type LabRow, layerText } from '../read/lab-table.ts';
import { isSilent } from '../read/silent.ts';
import { inTree } from '../read/tree.ts';

export const SEVERITY_STYLES = { critical: 'red', warning: 'yellow', info: 'cyan' } as const;

/** The lab as a terminal table, one line for each node, below the one that runs it. */
export function renderLab(rows: readonly LabRow[], nowUs: number, paint: Paint): string {
  const columns: Column<LabRow>[] = [
    { title: 'NODE', value: (row) => `${'  '.repeat(row.layer ?? 0)}${row.name}` },
    { title: 'LAYER', value: layerText, align: 'right' },
    { title: 'CAN HOST', value: (row) => hostText(row, paint), painted: true },
    { title: 'STEAL', value: stealText, align: 'right' },
    { title: 'LAST BENCHMARK', value: (row) => benchmarkText(row) },
    { title: 'LAST SEEN', value: (row) => ageText(row, nowUs, paint), align: 'right', painted: true },
  ];
  const labs = [...groupBy(rows, (row) => row.lab)].map(([lab, own]) => {
    return `lab ${lab}\n${renderTable(columns, inTree(own))}${positionNotes(own, paint)}`;
  });
  return labs.join('\n');
}

/** Why a layer is not known, or does not count from hardware: each reason once, with all that it holds for. */
function positionNotes(rows: readonly LabRow[], paint: Paint): string {
  const noted = rows.filter(
    ({ layer, place }) => place?.reason && (layer === undefined || place.by === 'opaque'),
  );
  const reasons = groupBy(noted, ({ place }) => place?.reason ?? '');
  return [...reasons]
    .map(([reason, own]) => paint('dim', `${own.map(({ name }) => name).join(', ')}: ${reason}\n`))
    .join('');
}

/** Work per second where that is in bytes, else the time for one unit: "500 MB/s", "12.3 ms/spawn". */
export function benchmarkFigure(secondsPerUnit: number, unit: string): string {
  if (!(secondsPerUnit > 0)) return '-';
  const cost = formatCost(secondsPerUnit, unit);
  return unit === 'byte' ? cost : `${cost}/${unit || 'unit'}`;
}

export function hostText({ canHost }: { readonly canHost?: boolean | undefined }, paint: Paint): string {
  if (canHost === undefined) return '-';
  return canHost ? paint('green', 'yes') : paint('yellow', 'no');
}

export function stealText({ stealRatio }: { readonly stealRatio?: number | undefined }): string {
  return stealRatio === undefined ? '-' : formatPercent(stealRatio, 1);
}

function benchmarkText({ benchmark }: LabRow): string {
  if (benchmark === undefined) return '-';
  return `${benchmark.name} ${benchmarkFigure(benchmark.secondsPerUnit, benchmark.unit)}`;
}

function ageText(row: LabRow, nowUs: number, paint: Paint): string {
  const text = formatAgo(row.lastSeenUs, nowUs);
  return isSilent(row.lastSeenUs, nowUs) ? paint('red', text) : text;
}

/** One line for each alert that fires, its most likely cause behind it. Empty when none does. */
export function renderFiring(alerts: readonly FiringAlert[], paint: Paint): string {
  if (alerts.length === 0) return '';
  const lines = alerts.map(({ severity, title, cause }) => {
    const shown = paint(SEVERITY_STYLES[severity], title);
    return `  ${shown}${cause === '' ? '' : `: ${cause}`}\n`;
  });
  return `\nalerts\n${lines.join('')}`;
}
