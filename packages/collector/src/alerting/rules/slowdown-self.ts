import { significant } from '@nestwatch/common/quantities';
import { type JudgedLab, type JudgedNode, type StreamView, streamText } from '../../analysis/judged-lab.ts';
import { nodeText } from '../../analysis/text.ts';
import { defineStreamRule, number } from './rule.ts';
import { FORGET, isOld, sameStream, slowdownFound } from './slowdown.ts';

/**
 * A node became slower than it was, and its layer alone does not explain it. Where the parent slowed down alike,
 * the parent is found and not the guest, up to layer 0: then the host is slow, and no guest is to blame.
 */
export const slowdownSelf = defineStreamRule({
  name: 'slowdown-self',
  meaning:
    'A benchmark or significant probe of a node became slower than its own past, and its parent alone does not explain it.',
  severity: 'warning',
  parameters: {
    smallest: number('Slowdown against the baseline that raises it', 1.3),
    critical: number('Slowdown that makes it critical', 2),
    forget: FORGET,
  },
  against: 'self',
  find(node, stream, limits, view) {
    const { slowdown, state } = stream.standing;
    if (isOld(view, stream, limits.forget)) return undefined;
    if (state !== 'slow' || slowdown === undefined || slowdown < limits.smallest) return undefined;
    // One alert is enough where the comparison with the parent found it as well.
    const isFoundAgainstParent = sameStream(node, stream, 'parent')?.standing.state === 'slow';
    if (isFoundAgainstParent || explainedByParent(view, node, stream, slowdown)) return undefined;
    const summary = `${nodeText(node)} is ${significant(slowdown)} times slower than usual at ${streamText(view, stream)}${alsoSlow(view, node, stream)}`;
    return slowdownFound(view, node, stream, slowdown, limits.critical, summary);
  },
});

/** The guests that became slower as well. */
function alsoSlow(view: JudgedLab, node: JudgedNode, stream: StreamView): string {
  const below = [...view.nodes.values()]
    .filter((other) => other.parent === node.node && other.node !== node.node)
    .filter((other) => sameStream(other, stream, 'self')?.standing.state === 'slow')
    .map((other) => other.name)
    .join(', ');
  if (below === '') return '';
  return node.layer === 0 ? `: the host is slow, and its guests ${below} with it` : `, and with it ${below}`;
}

/** The parent slowed down by at least two thirds as much, in logarithms, or its layer has a longer story. */
function explainedByParent(view: JudgedLab, node: JudgedNode, stream: StreamView, slowdown: number): boolean {
  const parent = view.nodes.get(node.parent ?? '');
  const theirs = parent === undefined ? undefined : sameStream(parent, stream, 'self')?.standing;
  if (theirs?.slowdown === undefined) return false;
  return Math.log(theirs.slowdown) >= (2 / 3) * Math.log(slowdown);
}
