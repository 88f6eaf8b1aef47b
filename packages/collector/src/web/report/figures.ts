import { formatCost } from '@nestwatch/common/quantities';
import type { ReportBenchmark, ReportRow, Spread } from '../../analysis/report/report.ts';

/** Bytes as a speed, all else as the time for one. */
export function figure(unit: string, seconds: number): string {
  return formatCost(seconds, unit);
}

/** What a row measured. A probe of steal has no unit of its own: it is a stretch. */
export function measured({ benchmark, unit }: ReportBenchmark, row: ReportRow): string {
  const { median } = row.secondsPerUnit;
  return benchmark === 'probe.steal' ? `${((1 - 1 / median) * 100).toFixed(1)} %` : figure(unit, median);
}

/** "×1.52 (1.48 to 1.60)"; empty when unknown. */
export function ratioText(spread: Spread | undefined): string {
  if (spread === undefined) return '';
  return `×${short(spread.median)} (${short(spread.low)} to ${short(spread.high)})`;
}

/** "1.6× slower", "as usual", "learning". */
export function standingText({ state, slowdown }: ReportRow): string {
  if (state === 'learning' || slowdown === undefined) return 'learning';
  return state === 'slow' ? `${short(slowdown)}× slower` : 'as usual';
}

export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function timeText(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 16).replace('T', ' ');
}

export function benchmarkTitle({ benchmark, variant, targetName }: ReportBenchmark): string {
  return [benchmark, variant, targetName === '' ? '' : `from ${targetName}`].filter(Boolean).join(' ');
}
