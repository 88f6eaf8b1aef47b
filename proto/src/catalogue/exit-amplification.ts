import type { Measurement } from './types.ts';

const PANEL = 'Overhead / Amplification';

export const exitAmplification: Measurement = {
  name: 'nestwatch_exit_amplification',
  meaning:
    'Exits of a node at its parent for each exit of its own guests: how one exit multiplies on its way down.',
  source: 'collector, from nestwatch_kvm_host and nestwatch_kvm_guest, over one minute',
  fields: [
    {
      name: 'amplification',
      unit: 'none',
      kind: 'rate',
      meaning:
        "Exits at the parent divided by exits here. The node's own exits are included, so a node with a quiet guest shows more.",
      panel: PANEL,
    },
    {
      name: 'usual_low',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Least that is usual for it. Absent while its guests make too few exits to compare.',
      panel: PANEL,
    },
    {
      name: 'usual_high',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Most that is usual for it. Absent in the same minutes.',
      panel: PANEL,
    },
    {
      name: 'usual_from',
      unit: 'text',
      kind: 'text',
      meaning:
        'How that is known: "observatory", which counted this pair of kernels, "own history", or why it is not.',
    },
    {
      name: 'parent_exits_per_second',
      unit: 'per second',
      kind: 'rate',
      meaning: 'Exits of this node, counted by its parent.',
    },
    {
      name: 'own_exits_per_second',
      unit: 'per second',
      kind: 'rate',
      meaning: 'Exits of the guests of this node, counted here.',
    },
  ],
};
