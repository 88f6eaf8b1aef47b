import { nodeText } from '../text.ts';
import type { CauseFinder } from './causes.ts';
import type { NodeEvidence } from './evidence.ts';

/** What of known issues makes things slow, and how likely it is the cause when it is new; as old as the past, a tenth. */
const WEIGHTS: Readonly<Record<string, number>> = { slow: 0.8, wedge: 0.6, time: 0.3 };

/** A known issue of the kernel that makes nesting slow, hangs guests or spoils their clock. */
export const knownIssues: CauseFinder = (node) => {
  const before = new Set(openIn(node.before));
  return openIn(node.since).flatMap((entry) => {
    const [id = '', what = ''] = entry.split('=');
    const weight = WEIGHTS[what];
    if (weight === undefined) return [];
    const isNew = !before.has(entry);
    const since = isNew ? ', which is new' : ', as before';
    const text = `The kernel of ${nodeText(node)} has the known issue ${id} (${what})${since}.`;
    return [{ text, weight: isNew ? weight : weight / 10 }];
  });
};

function openIn({ facts }: NodeEvidence['since']): string[] {
  return (facts?.['known_issues.open'] ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}
