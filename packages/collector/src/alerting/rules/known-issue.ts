import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule, type Finding } from './rule.ts';

/** A node has what is known to let a guest out, or keeps guests from it by not letting them nest. */
export const knownIssue = defineNodeRule({
  name: 'known-issue',
  meaning:
    'A known way out of a guest is open on a node (warning), or nesting is off there by its own configuration to keep guests from what its kernel has (information).',
  severity: 'warning',
  find(node) {
    const { openEscapes = '', nestingMitigated } = node.capability ?? {};
    const found: Finding[] = [];
    const ids = NONE.includes(openEscapes) ? [] : openEscapes.split(' ');
    if (ids.length > 0) {
      found.push({
        subject: 'escape',
        value: ids.length,
        summary: `A guest of ${nodeText(node)} can take it over: ${namesOf(ids)} ${ids.length === 1 ? 'is' : 'are'} open in its kernel.`,
        details: ['The verdict no-known-escape says which kernel has the fix, and what to do until then.'],
      });
    }
    if (nestingMitigated === true) {
      found.push({
        subject: 'nesting',
        severity: 'info',
        summary: `${nodeText(node)} has nesting switched off by its own configuration, which keeps guests from what is open in its kernel: a mitigation, and no loss.`,
      });
    }
    return found;
  },
});

/** Nothing was told by an agent of 0.1.0; "unknown" is where the version of the kernel does not tell. */
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
