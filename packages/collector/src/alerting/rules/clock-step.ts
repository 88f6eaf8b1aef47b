import { v1 } from '@nestwatch/proto';
import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule, recent, time } from './rule.ts';

const { CLOCK_STEPPED, RESUMED } = v1.Event.Kind;

const KINDS = [
  ['step', CLOCK_STEPPED],
  ['resume', RESUMED],
] as const;

/** A node's clock jumped, or the node was paused and went on: what it measured meanwhile is suspect. */
export const clockStep = defineNodeRule({
  name: 'clock-step',
  meaning: 'The clock of a node was set by a step, or the node was paused and resumed.',
  severity: 'info',
  parameters: { within: time('How long the alert goes on', 900_000) },
  find: (node, { within }, view) =>
    KINDS.flatMap(([subject, kind]) => {
      const newest = recent(view, node, [kind], within).at(-1);
      return newest === undefined ? [] : [{ subject, summary: `${nodeText(node)}: ${newest.text}` }];
    }),
});
