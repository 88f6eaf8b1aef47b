import { v1 } from '@nestwatch/proto';
import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule, recent, time } from './rule.ts';

const { CAPABILITY_CHANGED, CLOCKSOURCE_CHANGED } = v1.Event.Kind;

/** Something about what a node can do is not as it was; whether that is bad, others say. */
export const capabilityChanged = defineNodeRule({
  name: 'capability-changed',
  meaning: 'A fact about what a node can host changed, or its clocksource did.',
  severity: 'info',
  parameters: { within: time('How long the alert goes on', 3_600_000) },
  find(node, { within }, view) {
    const texts = recent(view, node, [CAPABILITY_CHANGED, CLOCKSOURCE_CHANGED], within).map(
      ({ text }) => text,
    );
    if (texts.length === 0) return undefined;
    return {
      value: texts.length,
      summary: `${nodeText(node)} changed: ${texts.at(-1)}`,
      details: texts.slice(0, -1),
    };
  },
});
