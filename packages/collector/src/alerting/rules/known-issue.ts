import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule, type Finding } from './rule.ts';

/** A node has what is known to let a guest out, or keeps guests from it by not letting them nest. */
export const knownIssue = defineNodeRule({
  name: 'known-issue',
  meaning:
    "A known guest escape is open on a node (warning), or the node's configuration switches nesting off as a mitigation (information).",
  severity: 'warning',
  find(node) {
    const { openEscapes = '', nestingMitigated } = node.capability ?? {};
    const found: Finding[] = [];
    const ids = NONE.includes(openEscapes) ? [] : openEscapes.split(' ');
    if (ids.length > 0) {
      found.push({
        subject: 'escape',
        value: ids.length,
        summary: `A guest can take over ${nodeText(node)}: ${namesOf(ids)} ${ids.length === 1 ? 'is' : 'are'} open in its kernel.`,
        details: ['The verdict no-known-escape names the kernel with the fix, and what to do until then.'],
      });
    }
    if (nestingMitigated === true) {
      found.push({
        subject: 'nesting',
        severity: 'info',
        summary: `${nodeText(node)} has nesting switched off in its configuration. This mitigates issues that are open in its kernel; it is not a fault.`,
      });
    }
    return found;
  },
});

/** An agent of 0.1.0 reports nothing; "unknown" is for kernel versions that do not show it. */
const NONE: readonly string[] = ['', 'none', 'unknown'];

/** Names in an alert: it is a sentence, and no list. */
const MOST = 8;

function namesOf(ids: readonly string[]): string {
  const more = ids.length - MOST;
  return ids
    .slice(0, MOST)
    .concat(more > 0 ? `and ${more} more` : [])
    .join(', ');
}
