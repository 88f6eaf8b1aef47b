import { formatDuration, formatPercent, significant } from '@nestwatch/common/quantities';
import {
  type JudgedLab,
  type JudgedNode,
  type StreamView,
  streamName,
  streamText,
} from '../../analysis/judged-lab.ts';
import { isProbe } from '../../analysis/result-groups.ts';
import { nodeText } from '../../analysis/text.ts';
import type { Severity } from '../../read/severity.ts';
import { defineRule, type Finding } from './rule.ts';

const DAY_MS = 86_400_000;

/** A node became slower against its parent in the same rounds: its own layer is the cause. */
export const slowdownParent = defineRule({
  name: 'slowdown-parent',
  meaning: 'A benchmark or telling probe of a node became slower than its parent in the same rounds.',
  severity: 'warning',
  forMs: 0,
  keepFiringForMs: 0,
  parameters: {
    smallest: { meaning: 'Slowdown, against what is usual, that raises it', default: 1.2, kind: 'number' },
    critical: { meaning: 'Slowdown that makes it critical', default: 1.5, kind: 'number' },
    'first-ratio': {
      meaning:
        'Ratio to the parent, of the middle of three rounds, that raises it while nothing is known yet of what is usual, and is critical at twice as much; 0 for none',
      default: 0,
      kind: 'number',
    },
    forget: {
      meaning: 'Age at which the newest result says nothing any more',
      default: 7 * DAY_MS,
      kind: 'time',
    },
  },
  evaluate(view, limitsFor) {
    return [...view.nodes.values()].flatMap((node) =>
      node.streams
        .filter((stream) => stream.against === 'parent')
        .flatMap((stream) => {
          const limits = limitsFor(node, stream.benchmark);
          if (limits === undefined || isOld(view, stream, limits.forget)) return [];
          return judge(view, node, stream, limits) ?? [];
        }),
    );
  },
});

interface Limits {
  readonly smallest: number;
  readonly critical: number;
  readonly 'first-ratio': number;
}

function judge(view: JudgedLab, node: JudgedNode, stream: StreamView, limits: Limits): Finding | undefined {
  const parent = view.nodes.get(node.parent ?? '')?.name ?? 'its parent';
  const { standing } = stream;
  const { slowdown, usual, recent } = standing;
  if (
    standing.state === 'slow' &&
    slowdown !== undefined &&
    usual !== undefined &&
    slowdown >= limits.smallest
  ) {
    return {
      node: node.node,
      subject: streamName(stream),
      value: slowdown,
      severity: gravity(stream, slowdown, limits.critical),
      summary: `${nodeText(node)} is ${significant(slowdown)} times slower than usual at ${streamText(view, stream)}, compared with ${parent} in the same rounds (${significant(slowdown * usual)} times ${parent}'s time instead of ${significant(usual)}).`,
      details: confidence(view, stream),
      slowdown: { benchmark: stream.benchmark, sinceUs: standing.sinceUs ?? view.nowUs, factor: slowdown },
    };
  }
  const bar = limits['first-ratio'];
  if (standing.state !== 'learning' || bar <= 0 || recent === undefined || recent < bar) return undefined;
  return {
    node: node.node,
    subject: streamName(stream),
    value: recent,
    severity: gravity(stream, recent, 2 * bar),
    summary: `${nodeText(node)} takes ${significant(recent)} times as long as ${parent} for ${streamText(view, stream)}; the limit until more is known is ${significant(bar)}.`,
  };
}

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
