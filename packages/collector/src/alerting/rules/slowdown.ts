import { formatDuration, formatPercent, significant } from '@nestwatch/common/quantities';
import type { JudgedLab, StreamView } from '../../analysis/judged-lab.ts';
import { isProbe } from '../../analysis/result-groups.ts';
import type { Severity } from '../../read/severity.ts';

/** Parameter of both rules about slowdowns. */
export const FORGET = {
  meaning: 'Age at which the newest result says nothing any more',
  default: 7 * 86_400_000,
  kind: 'time',
} as const;

/** What the judgement rests on, and what it could have missed. */
export function confidence(view: JudgedLab, { standing }: StreamView): string[] {
  const { sinceUs, spread, minimumDetectable, samples } = standing;
  const details: string[] = [];
  if (sinceUs !== undefined) details.push(`Since ${formatDuration((view.nowUs - sinceUs) / 1e6)} ago.`);
  if (spread !== undefined && minimumDetectable !== undefined) {
    details.push(
      `Usual from ${samples} rounds with a spread of ±${formatPercent(spread - 1)}; slowdowns below ${significant(minimumDetectable)} times could be missed.`,
    );
  }
  return details;
}

/** Probes explain; benchmarks call people. */
export function gravity(stream: StreamView, slowdown: number, critical: number): Severity {
  if (isProbe(stream)) return 'info';
  return slowdown >= critical ? 'critical' : 'warning';
}

/** Whether the newest result is so old that it says nothing about now. */
export function isOld(view: JudgedLab, stream: StreamView, forgetMs: number): boolean {
  return view.nowUs - (stream.resultTimesUs.at(-1) ?? 0) > forgetMs * 1000;
}
