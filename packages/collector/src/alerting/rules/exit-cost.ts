import { significant } from '@nestwatch/common/quantities';
import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule, number } from './rule.ts';

/** An exit costs a guest in a guest far more than others have on the same CPU with a fixed kernel. */
export const exitCost = defineNodeRule({
  name: 'exit-cost',
  meaning:
    'An exit of a guest in a guest costs far more cycles than is published for its CPU with a fixed kernel.',
  severity: 'warning',
  forMs: 600_000,
  keepFiringForMs: 600_000,
  parameters: {
    times: number('Times the published figure that raises it', 1.6),
  },
  find(node, limits, view) {
    const times = node.exitPublishedRatio;
    if (times === undefined || times < limits.times) return undefined;
    const parent = view.nodes.get(node.parent ?? '')?.name ?? 'the machine that runs it';
    return {
      value: times,
      summary: `An exit of ${nodeText(node)} takes ${significant(times)} times the cycles published for its CPU with a fixed kernel: check the kernel of ${parent}.`,
      details: ['The verdict exit-cost has the figures.'],
    };
  },
});
