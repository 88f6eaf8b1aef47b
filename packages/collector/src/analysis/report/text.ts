import { formatCost, formatPercent, significant } from '@nestwatch/common/quantities';
import { titleOf } from '../../read/result.ts';
import type { ReportBenchmark, ReportChange, ReportRow, Spread } from './report.ts';

/** What a row measured. A probe of steal has no unit of its own: it is a stretch. */
export function measured({ benchmark, unit }: ReportBenchmark, row: ReportRow): string {
  const { median } = row.secondsPerUnit;
  return benchmark === 'probe.steal' ? formatPercent(1 - 1 / median, 1) : formatCost(median, unit);
}

/** "×1.52 (1.48 to 1.60)"; empty when unknown. */
export function ratioText(spread: Spread | undefined): string {
  if (spread === undefined) return '';
  return `×${significant(spread.median)} (${significant(spread.low)} to ${significant(spread.high)})`;
}

/** "1.60× slower", "as usual", "learning". */
export function standingText({ state, slowdown }: ReportRow): string {
  if (state === 'learning' || slowdown === undefined) return 'learning';
  return state === 'slow' ? `${significant(slowdown)}× slower` : 'as usual';
}

/** "≥ 1.30×": the least slowdown that would be seen; empty when unknown. */
export function detectableText({ minimumDetectable }: ReportRow): string {
  return minimumDetectable === undefined ? '' : `≥ ${significant(minimumDetectable)}×`;
}

/** "2.40 times slower". */
export function changeText({ factor }: ReportChange): string {
  return factor > 1 ? `${significant(factor)} times slower` : `${significant(1 / factor)} times faster`;
}

/** "3 more are smaller than 1.1 times: --json has them."; empty where there are none. */
export function smallChangesText({ length }: readonly ReportChange[]): string {
  if (length === 0) return '';
  return `${length} more ${length === 1 ? 'is' : 'are'} smaller than 1.1 times: --json has ${length === 1 ? 'it' : 'them'}.`;
}

/** "2026-01-31 06:00", UTC. */
export function timeText(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 16).replace('T', ' ');
}

export function benchmarkTitle(benchmark: ReportBenchmark): string {
  return `${titleOf(benchmark)}${benchmark.targetName === '' ? '' : ` from ${benchmark.targetName}`}`;
}
