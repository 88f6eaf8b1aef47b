import { v1 } from '@nestwatch/proto';
import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule, recent, time } from './rule.ts';

/** After the end the node is silent, so the warning comes before. */
export const credentialsEnd = defineNodeRule({
  name: 'credentials-end',
  meaning: 'A certificate of NATS, its authority or a node, or a JWT login, expires within 30 days.',
  severity: 'warning',
  // Agents say it twice a day.
  parameters: { within: time('How long the alert goes on', 86_400_000) },
  find: (node, { within }, view) => {
    const texts = recent(view, node, [v1.Event.Kind.CREDENTIALS_END], within).map(({ text }) => text);
    const newest = new Set(texts.reverse());
    if (newest.size === 0) return undefined;
    return { value: newest.size, summary: `${nodeText(node)}: ${[...newest].join('; ')}` };
  },
});
