import { significant } from '@nestwatch/common/quantities';
import { streamText } from '../../analysis/judged-lab.ts';
import { nodeText } from '../../analysis/text.ts';
import { defineStreamRule, number } from './rule.ts';
import { FORGET, gravity, isOld, slowdownFound } from './slowdown.ts';

/** A node became slower against its parent in the same rounds: its own layer is the cause. */
export const slowdownParent = defineStreamRule({
  name: 'slowdown-parent',
  meaning:
    'A benchmark or significant probe of a node became slower, compared with its parent in the same rounds.',
  severity: 'warning',
  parameters: {
    smallest: number('Slowdown against the baseline that raises it', 1.2),
    critical: number('Slowdown that makes it critical', 1.5),
    'first-ratio': number(
      'Ratio to the parent (median of three rounds) that raises it while there is no baseline yet; critical at twice this ratio; 0 for none',
      0,
    ),
    forget: FORGET,
  },
  against: 'parent',
  find(node, stream, limits, view) {
    if (isOld(view, stream, limits.forget)) return undefined;
    const parent = view.nodes.get(node.parent ?? '')?.name ?? 'its parent';
    const { state, slowdown, usual, recent } = stream.standing;
    const isKnown = slowdown !== undefined && usual !== undefined;
    if (state === 'slow' && isKnown && slowdown >= limits.smallest) {
      const summary = `${nodeText(node)} is ${significant(slowdown)} times slower than usual at ${streamText(view, stream)}, compared with ${parent} in the same rounds (${significant(slowdown * usual)} times ${parent}'s time instead of ${significant(usual)})`;
      return slowdownFound(view, node, stream, slowdown, limits.critical, summary);
    }
    const bar = limits['first-ratio'];
    if (state !== 'learning' || bar <= 0 || recent === undefined || recent < bar) return undefined;
    return {
      value: recent,
      severity: gravity(stream, recent, 2 * bar),
      summary: `${nodeText(node)} takes ${significant(recent)} times as long as ${parent} for ${streamText(view, stream)}; the limit without a baseline is ${significant(bar)}.`,
    };
  },
});
