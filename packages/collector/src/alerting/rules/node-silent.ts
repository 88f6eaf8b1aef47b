import { formatDuration } from '@nestwatch/common/quantities';
import { ancestors } from '../../analysis/references.ts';
import { count, nodeText } from '../../analysis/text.ts';
import { isSilent, SILENT_AFTER_MS } from '../../read/silent.ts';
import { defineRule } from './rule.ts';

const MINUTE_MS = 60_000;

/** Nothing is heard of a node. Where its parent is silent too, only the parent is found. */
export const nodeSilent = defineRule({
  name: 'node-silent',
  meaning: 'Nothing has been heard of a node for a while.',
  severity: 'warning',
  parameters: {
    after: { meaning: 'Silence that raises it', default: SILENT_AFTER_MS, kind: 'time' },
    forget: {
      meaning: 'Silence after which a node counts as taken away',
      default: 7 * 1440 * MINUTE_MS,
      kind: 'time',
    },
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
    const silentIds = new Set(silent.map((node) => node.node));
    return silent
      .filter((node) => !ancestors(view.nodes, node).some((parent) => silentIds.has(parent.node)))
      .map((node) => {
        const below = silent.filter((other) => ancestors(view.nodes, other).includes(node)).length;
        return {
          node: node.node,
          subject: '',
          value: (view.nowUs - node.lastSeenUs) / 1e6,
          summary: `${nodeText(node)} has not reported for ${formatDuration((view.nowUs - node.lastSeenUs) / 1e6)}${below === 0 ? '' : `, nor ${count(below, 'machine')} below it`}.`,
        };
      });
  },
});
