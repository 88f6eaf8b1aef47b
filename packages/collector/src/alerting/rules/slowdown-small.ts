import { significant } from '@nestwatch/common/quantities';
import type { Notice } from '../../analysis/detect/notices.ts';
import { type JudgedLab, type JudgedNode, type StreamView, streamText } from '../../analysis/judged-lab.ts';
import { nodeText } from '../../analysis/text.ts';
import { defineStreamRule, type Finding, number } from './rule.ts';
import { FORGET, isOld, noticeOf, sinceChange, spanOf } from './slowdown.ts';

/** What became slower by too little, or too slowly, for three rounds to show. */
export const slowdownSmall = defineStreamRule({
  name: 'slowdown-small',
  meaning:
    'A benchmark became slightly slower (over 6 or 12 rounds) or slower step by step, compared with its parent in the same rounds, or with its own past if it has no parent.',
  severity: 'info',
  parameters: {
    smallest: number('Slowdown against the baseline that raises it', 1.1),
    warning: number('Slowdown that makes it a warning', 1.3),
    forget: FORGET,
  },
  against: 'self',
  find(node, stream, limits, view) {
    const judged = noticeOf(node, stream);
    if (judged === undefined || judged.notice.kind === 'erratic' || isOld(view, stream, limits.forget))
      return undefined;
    const { size } = judged.notice;
    if (size < limits.smallest) return undefined;
    return smallFound(view, node, judged.stream, judged.notice, limits.warning);
  },
});

/** A node's results scatter more than they did: it is less predictable, which no median shows. */
export const erratic = defineStreamRule({
  name: 'erratic',
  meaning: 'The results of a benchmark scatter much more than usual, around the same median.',
  severity: 'info',
  parameters: { forget: FORGET },
  against: 'self',
  find(node, stream, limits, view) {
    const judged = noticeOf(node, stream);
    if (judged?.notice.kind !== 'erratic' || isOld(view, stream, limits.forget)) return undefined;
    const { size, rounds } = judged.notice;
    return {
      value: size,
      summary: `The results of ${nodeText(node)} at ${streamText(view, stream)}${compared(view, node, judged.stream)} scatter ${significant(size)} times as much as usual over the last ${rounds} rounds, around the same median: the benchmark became less predictable.`,
    };
  },
});

function smallFound(
  view: JudgedLab,
  node: JudgedNode,
  stream: StreamView,
  { kind, size, rounds, sinceUs }: Notice,
  warning: number,
): Finding {
  const span = spanOf(stream, sinceUs);
  const what = `at ${streamText(view, stream)}${compared(view, node, stream)}`;
  const summary =
    kind === 'small'
      ? `${nodeText(node)} is ${significant(size)} times slower than usual ${what} over the last ${rounds} rounds${sinceChange(view, node, span)}.`
      : `${nodeText(node)} gradually became slower ${what}: ${significant(size)} times by now, compared with the faster quarter of its history.`;
  return {
    value: size,
    severity: size >= warning ? 'warning' : 'info',
    summary,
    slowdown: { benchmark: stream.benchmark, ...span, factor: size },
  };
}

function compared({ nodes }: JudgedLab, node: JudgedNode, { against }: StreamView): string {
  if (against !== 'parent') return '';
  return `, compared with ${nodes.get(node.parent ?? '')?.name ?? 'its parent'} in the same rounds`;
}
