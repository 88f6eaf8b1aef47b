import { formatDuration } from '@nestwatch/common/quantities';
import { nodeText } from '../../analysis/text.ts';
import { catchesUp } from '../../read/node-state.ts';
import { defineNodeRule } from './rule.ts';

/** What a node kept while its line was cut arrives, oldest first: other rules wait for what is new. */
export const catchingUp = defineNodeRule({
  name: 'catching-up',
  meaning:
    'Old messages of a node arrive, which it kept while it was cut off. Until they are new again, no other alert of it starts or ends.',
  severity: 'info',
  // After a failure of the collector itself, all nodes are behind for a moment.
  forMs: 30_000,
  find: (node, _limits, { nowUs }) =>
    catchesUp(node, nowUs)
      ? {
          summary: `${nodeText(node)} is catching up: what arrives is ${formatDuration((nowUs - node.lastSeenUs) / 1e6)} old.`,
        }
      : undefined,
});
