import { v1 } from '@nestwatch/proto';
import { nodeText } from '../../analysis/text.ts';
import { recent } from './events.ts';
import { defineRule, perNode } from './rule.ts';

const { CAPABILITY_CHANGED, CLOCKSOURCE_CHANGED } = v1.Event.Kind;

/** Something about what a node can do is not as it was; whether that is bad, others say. */
export const capabilityChanged = defineRule({
  name: 'capability-changed',
  meaning: 'A fact about what a node can host changed, or its clocksource did.',
  severity: 'info',
  parameters: { within: { meaning: 'How long the alert goes on', default: 3_600_000, kind: 'time' } },
  evaluate(view, limitsFor) {
    return perNode(view, limitsFor, (node, limits) => {
      const events = recent(view, node, [CAPABILITY_CHANGED, CLOCKSOURCE_CHANGED], limits.within);
      const newest = events.at(-1);
      if (newest === undefined) return undefined;
      return {
        node: node.node,
        subject: '',
        value: events.length,
        summary: `${nodeText(node)} changed: ${newest.text}`,
        details: events.slice(0, -1).map((event) => event.text),
      };
    });
  },
});
