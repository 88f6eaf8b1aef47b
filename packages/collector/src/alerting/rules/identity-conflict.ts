import { groupBy } from '@nestwatch/common/group-by';
import type { JudgedLab, JudgedNode } from '../../analysis/judged-lab.ts';
import { count, nodeText } from '../../analysis/text.ts';
import { defineRule, type Finding } from './rule.ts';

/** Alerts of one lab: of further groups of claimants, only the number is reported. */
const MOST_FOUND = 10;
const MOST_NAMED = 5;

/** Who runs a node is disputed. All nodes that the same ones claim are one finding. */
export const identityConflict = defineRule({
  name: 'identity-conflict',
  meaning:
    'Several nodes claim to run one node, or the node contradicts a claim. Decide with nestwatch accept.',
  severity: 'warning',
  forMs: 60_000,
  keepFiringForMs: 60_000,
  evaluate(view, limitsFor): Finding[] {
    const disputed = [...view.nodes.values()].filter(
      (node) => node.dispute !== undefined && limitsFor(node) !== undefined,
    );
    const groups = [...groupBy(disputed, ({ dispute = '' }) => dispute)].sort(([a], [b]) => (a < b ? -1 : 1));
    const found = groups.slice(0, MOST_FOUND).map(([claimants, nodes]) => findingOf(view, claimants, nodes));
    const rest = groups.length - found.length;
    if (rest === 0) return found;
    const summary = `${count(rest, 'more group')} of nodes have disputed parents: nestwatch accept ${view.lab} --list shows them.`;
    return [...found, { subject: 'more', value: rest, summary }];
  },
});

function findingOf(view: JudgedLab, claimants: string, nodes: readonly JudgedNode[]): Finding {
  const named = nodes.slice(0, MOST_NAMED).map(nodeText).join(', ');
  // Of very many only some are known to be claimed, so no number is given.
  const which = nodes.length > MOST_NAMED ? `${named} and more` : named;
  const names = claimants.split(' ').map((id) => view.nodes.get(id)?.name ?? id);
  const [first] = nodes;
  return {
    ...(first !== undefined && nodes.length === 1 && { node: first.node }),
    subject: claimants,
    value: nodes.length,
    summary: `The parent of ${which} is disputed: claimed by ${names.join(', ')}. The accepted parent stays until you run nestwatch accept ${view.lab} NODE --parent P.`,
  };
}
