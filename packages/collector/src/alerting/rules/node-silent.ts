import { formatDuration } from '@nestwatch/common/quantities';
import { ancestors } from '../../analysis/references.ts';
import { count, nodeText } from '../../analysis/text.ts';
import { isSilent, SILENT_AFTER_MS } from '../../read/silent.ts';
import { defineRule, time } from './rule.ts';

/** Nothing is heard of a node. Where its parent is silent too, only the parent is found. */
export const nodeSilent = defineRule({
  name: 'node-silent',
  meaning: 'A node has not reported for a while.',
  severity: 'warning',
  parameters: {
    after: time('Silence that raises it', SILENT_AFTER_MS),
    forget: time('Silence after which a node counts as removed', 7 * 86_400_000),
  },
  evaluate(view, limitsFor) {
    const { caughtUpSinceUs } = view.pipeline;
    // While messages wait to be written, as after a failure of the collector itself, all nodes seem silent.
    if (caughtUpSinceUs === undefined) return [];
    const silent = [...view.nodes.values()].filter((node) => {
      const limits = limitsFor(node);
      if (limits === undefined || view.nowUs - node.lastSeenUs >= limits.forget * 1000) return false;
      return isSilent(Math.max(node.lastSeenUs, caughtUpSinceUs), view.nowUs, limits.after);
    });
    return silent
      .filter((node) => !ancestors(view.nodes, node).some((parent) => silent.includes(parent)))
      .map((node) => {
        const below = silent.filter((other) => ancestors(view.nodes, other).includes(node)).length;
        const seconds = (view.nowUs - node.lastSeenUs) / 1e6;
        return {
          node: node.node,
          value: seconds,
          summary: `${nodeText(node)} has not reported for ${formatDuration(seconds)}${below === 0 ? '' : `, nor ${count(below, 'machine')} below it`}.`,
        };
      });
  },
});
