import { formatDuration, formatPercent, significant } from '@nestwatch/common/quantities';
import type { Notice } from '../../analysis/detect/notices.ts';
import { changeText, isBetween } from '../../analysis/environment/changes.ts';
import type { Against, JudgedLab, JudgedNode, StreamView } from '../../analysis/judged-lab.ts';
import { ancestors } from '../../analysis/references.ts';
import { isProbe } from '../../analysis/result-groups.ts';
import { streamKey } from '../../read/result.ts';
import type { Severity } from '../../read/severity.ts';
import { type Finding, time } from './rule.ts';

/** Parameter of both rules about slowdowns. */
export const FORGET = time('Age at which the newest result is too old to judge', 7 * 86_400_000);

/** A slowdown against what is usual, with what the judgement is based on, and what it could have missed. */
export function slowdownFound(
  view: JudgedLab,
  node: JudgedNode,
  stream: StreamView,
  slowdown: number,
  critical: number,
  sentence: string,
): Finding {
  const { sinceUs, spread, minimumDetectable, samples } = stream.standing;
  const details: string[] = [];
  const span = spanOf(stream, sinceUs ?? view.nowUs);
  if (sinceUs !== undefined) details.push(`Since ${formatDuration((view.nowUs - sinceUs) / 1e6)} ago.`);
  if (spread !== undefined && minimumDetectable !== undefined) {
    details.push(
      `Usual from ${samples} rounds with a spread of ±${formatPercent(spread - 1)}; slowdowns below ${significant(minimumDetectable)} times may be missed.`,
    );
  }
  return {
    value: slowdown,
    severity: gravity(stream, slowdown, critical),
    summary: `${sentence}${sinceChange(view, node, span)}.`,
    details,
    slowdown: { benchmark: stream.benchmark, ...span, factor: slowdown },
  };
}

const DAY_US = 86_400_000_000;
/** Rounds before a slowdown in which what changed is a suspect, though a lesser one. */
const SUSPECT_ROUNDS = 8;

/** When the slowdown began, and what came before. */
export function spanOf({ resultTimesUs }: StreamView, sinceUs: number) {
  const before = resultTimesUs.filter((us) => us < sinceUs);
  const beforeUs = before.at(-1) ?? sinceUs - DAY_US;
  return { sinceUs, beforeUs, suspectUs: Math.min(beforeUs, before.at(-SUSPECT_ROUNDS) ?? beforeUs) };
}

/** ", since kernel 6.1.0-37 → 6.12.117 (2026-11-20)", of the node or of the nearest parent that changed at that moment. */
export function sinceChange(
  { nodes }: JudgedLab,
  node: JudgedNode,
  { beforeUs, sinceUs }: ReturnType<typeof spanOf>,
): string {
  for (const each of [node, ...ancestors(nodes, node)]) {
    const changes = (each.changes ?? []).filter((change) => isBetween(change, beforeUs, sinceUs));
    if (changes.length === 0) continue;
    const whose = each === node ? '' : `${each.name}'s `;
    return `, since ${whose}${changes.map(changeText).join(' and ')}`;
  }
  return '';
}

/** The same benchmark of a node in another comparison. */
export function sameStream(
  { streams }: JudgedNode,
  like: StreamView,
  against: Against,
): StreamView | undefined {
  return streams.find((stream) => stream.against === against && streamKey(stream) === streamKey(like));
}

/**
 * What the long look at a stream shows: against the parent where there is one, so that a slow host is no guest's;
 * undefined where nothing is, or where it is reported as a slowdown already.
 */
export function noticeOf(
  node: JudgedNode,
  self: StreamView,
): { readonly stream: StreamView; readonly notice: Notice } | undefined {
  const stream = sameStream(node, self, 'parent') ?? self;
  const { notice } = stream.standing;
  const isTold = [self, stream].some(({ standing }) => standing.state === 'slow');
  return notice === undefined || isTold ? undefined : { stream, notice };
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
