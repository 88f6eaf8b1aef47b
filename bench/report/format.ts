import { type Figure, keepsBudget, type Spread, spreadOf } from '../figure.ts';

/** The cells of one row: what, measured, spread, budget, verdict. */
export interface Row {
  what: string;
  measured: string;
  spread: string;
  budget: string;
  verdict: 'kept' | 'missed' | '';
}

export function rowOf(figure: Figure): Row {
  const spread = spreadOf(figure.values);
  const kept = keepsBudget(figure);
  return {
    what: figure.note === undefined ? figure.what : `${figure.what} (${figure.note})`,
    measured: formatValue(spread.median, figure.unit),
    spread: formatSpread(spread, figure),
    budget: formatBudget(figure),
    verdict: kept === undefined ? '' : kept ? 'kept' : 'missed',
  };
}

export function formatValue(value: number, unit: Figure['unit']): string {
  if (unit === 'ratio') return `${significant(value)}×`;
  if (unit === 'percent') return `${significant(value)} %`;
  if (unit === 'ms') return `${significant(value)} ms`;
  if (unit === 'seconds') return `${significant(value)} s`;
  if (unit === 'per second') return `${significant(value)}/s`;
  if (unit === 'bytes') return formatBytes(value);
  return significant(value);
}

function formatBytes(value: number): string {
  if (value >= 1024 ** 3) return `${significant(value / 1024 ** 3)} GiB`;
  if (value >= 1024 ** 2) return `${significant(value / 1024 ** 2)} MiB`;
  return value >= 1024 ? `${significant(value / 1024)} KiB` : `${significant(value)} B`;
}

function formatSpread({ low, high }: Spread, { values, unit }: Figure): string {
  if (values.length < 2) return '';
  return `${formatValue(low, unit)} to ${formatValue(high, unit)}, ${values.length} runs`;
}

function formatBudget({ budget, unit }: Figure): string {
  if (budget?.atMost !== undefined) return `≤ ${formatValue(budget.atMost, unit)}`;
  return budget?.atLeast === undefined ? '' : `≥ ${formatValue(budget.atLeast, unit)}`;
}

/** Three significant digits, thousands set apart. */
function significant(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1000 ? rounded.toLocaleString('en') : String(rounded);
}
