import { significant } from '@nestwatch/common/quantities';
import {
  type JudgedLab,
  type JudgedNode,
  type StreamView,
  streamName,
  streamText,
} from '../../analysis/judged-lab.ts';
import { nodeText } from '../../analysis/text.ts';
import { streamKey } from '../../read/result.ts';
import { defineRule, perStream } from './rule.ts';
import { confidence, FORGET, gravity, isOld } from './slowdown.ts';

/**
 * A node became slower than it was, and its layer alone does not explain it. Where the parent slowed down alike,
 * the parent is found and not the guest, up to layer 0: then the host is slow, and no guest is to blame.
 */
export const slowdownSelf = defineRule({
  name: 'slowdown-self',
  meaning:
    'A benchmark or telling probe of a node became slower than its own past, and not only its parent did.',
  severity: 'warning',
  parameters: {
    smallest: { meaning: 'Slowdown, against what is usual, that raises it', default: 1.3, kind: 'number' },
    critical: { meaning: 'Slowdown that makes it critical', default: 2, kind: 'number' },
    forget: FORGET,
  },
  evaluate(view, limitsFor) {
    return perStream(view, limitsFor, 'self', (node, stream, limits) => {
      const { slowdown, state, sinceUs = view.nowUs } = stream.standing;
      if (isOld(view, stream, limits.forget)) return undefined;
      if (state !== 'slow' || slowdown === undefined || slowdown < limits.smallest) return undefined;
      if (explainedByParent(view, node, stream, slowdown) || foundAgainstParent(node, stream))
        return undefined;
      const below = slowBelow(view, node, stream);
      return {
        node: node.node,
        subject: streamName(stream),
        value: slowdown,
        severity: gravity(stream, slowdown, limits.critical),
        summary: `${nodeText(node)} is ${significant(slowdown)} times slower than usual at ${streamText(view, stream)}${whose(node, below)}.`,
        details: confidence(view, stream),
        slowdown: { benchmark: stream.benchmark, sinceUs, factor: slowdown },
      };
    });
  },
});

function whose(node: JudgedNode, below: readonly string[]): string {
  if (below.length === 0) return '';
  const who = below.join(', ');
  return node.layer === 0 ? `: the host is slow, and so are its guests ${who}` : `, and with it ${who}`;
}

/** The parent slowed down by at least two thirds as much, in logarithms, or its layer has a longer story. */
function explainedByParent(view: JudgedLab, node: JudgedNode, stream: StreamView, slowdown: number): boolean {
  const parent = view.nodes.get(node.parent ?? '');
  const theirs = parent === undefined ? undefined : sameStream(parent, stream, 'self')?.standing;
  if (theirs?.slowdown === undefined) return false;
  return Math.log(theirs.slowdown) >= (2 / 3) * Math.log(slowdown);
}

/** The comparison with the parent found it as well: one alert is enough. */
function foundAgainstParent(node: JudgedNode, stream: StreamView): boolean {
  return sameStream(node, stream, 'parent')?.standing.state === 'slow';
}

function slowBelow(view: JudgedLab, node: JudgedNode, stream: StreamView): string[] {
  return [...view.nodes.values()]
    .filter((other) => other.parent === node.node && other.node !== node.node)
    .filter((other) => sameStream(other, stream, 'self')?.standing.state === 'slow')
    .map((other) => other.name);
}

function sameStream(
  { streams }: JudgedNode,
  like: StreamView,
  against: StreamView['against'],
): StreamView | undefined {
  return streams.find((stream) => stream.against === against && streamKey(stream) === streamKey(like));
}
