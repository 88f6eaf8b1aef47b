import { significant } from '@nestwatch/common/quantities';
import {
  type JudgedLab,
  type JudgedNode,
  type StreamView,
  streamName,
  streamText,
} from '../../analysis/judged-lab.ts';
import { nodeText } from '../../analysis/text.ts';
import { defineRule, type Finding, perStream } from './rule.ts';
import { confidence, FORGET, gravity, isOld } from './slowdown.ts';

/** A node became slower against its parent in the same rounds: its own layer is the cause. */
export const slowdownParent = defineRule({
  name: 'slowdown-parent',
  meaning: 'A benchmark or telling probe of a node became slower than its parent in the same rounds.',
  severity: 'warning',
  parameters: {
    smallest: { meaning: 'Slowdown, against what is usual, that raises it', default: 1.2, kind: 'number' },
    critical: { meaning: 'Slowdown that makes it critical', default: 1.5, kind: 'number' },
    'first-ratio': {
      meaning:
        'Ratio to the parent, of the middle of three rounds, that raises it while nothing is known yet of what is usual, and is critical at twice as much; 0 for none',
      default: 0,
      kind: 'number',
    },
    forget: FORGET,
  },
  evaluate(view, limitsFor) {
    return perStream(view, limitsFor, 'parent', (node, stream, limits) =>
      isOld(view, stream, limits.forget) ? undefined : judge(view, node, stream, limits),
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
