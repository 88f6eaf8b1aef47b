import { formatDuration, formatPercent, significant } from '@nestwatch/common/quantities';
import type { JudgedLab, StreamView } from '../../analysis/judged-lab.ts';
import { isProbe } from '../../analysis/result-groups.ts';
import type { Severity } from '../../read/severity.ts';
import { type Finding, time } from './rule.ts';

/** Parameter of both rules about slowdowns. */
export const FORGET = time('Age at which the newest result says nothing any more', 7 * 86_400_000);

/** A slowdown against what is usual, with what the judgement rests on, and what it could have missed. */
export function slowdownFound(
  view: JudgedLab,
  stream: StreamView,
  slowdown: number,
  critical: number,
  summary: string,
): Finding {
  const { sinceUs, spread, minimumDetectable, samples } = stream.standing;
  const details: string[] = [];
  if (sinceUs !== undefined) details.push(`Since ${formatDuration((view.nowUs - sinceUs) / 1e6)} ago.`);
  if (spread !== undefined && minimumDetectable !== undefined) {
    details.push(
      `Usual from ${samples} rounds with a spread of ±${formatPercent(spread - 1)}; slowdowns below ${significant(minimumDetectable)} times could be missed.`,
    );
  }
  return {
    value: slowdown,
    severity: gravity(stream, slowdown, critical),
    summary,
    details,
    slowdown: { benchmark: stream.benchmark, sinceUs: sinceUs ?? view.nowUs, factor: slowdown },
  };
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
