import { v1 } from '@nestwatch/proto';
import { nodeText } from '../../analysis/text.ts';
import { recent } from './events.ts';
import { defineRule, perNode } from './rule.ts';

const { CLOCK_STEPPED, RESUMED } = v1.Event.Kind;

const KINDS = [
  ['step', CLOCK_STEPPED],
  ['resume', RESUMED],
] as const;

/** A node's clock jumped, or the node was paused and went on: what it measured meanwhile is suspect. */
export const clockStep = defineRule({
  name: 'clock-step',
  meaning: 'The clock of a node was set by a step, or the node was paused and resumed.',
  severity: 'info',
  parameters: { within: { meaning: 'How long the alert goes on', default: 900_000, kind: 'time' } },
  evaluate(view, limitsFor) {
    return perNode(view, limitsFor, (node, limits) =>
      KINDS.flatMap(([subject, kind]) => {
        const newest = recent(view, node, [kind], limits.within).at(-1);
        if (newest === undefined) return [];
        return [{ node: node.node, subject, summary: `${nodeText(node)}: ${newest.text}` }];
      }),
    );
  },
});
