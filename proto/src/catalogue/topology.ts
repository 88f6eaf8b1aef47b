import type { Measurement } from './types.ts';

export const topology: Measurement = {
  name: 'nestwatch_topology',
  meaning: 'Position of a node in its lab, every minute.',
  source: "collector, topology/: parents' guests joined with nodes' identities",
  fields: [
    {
      name: 'known',
      unit: 'boolean',
      kind: 'flag',
      meaning: 'Whether its layer is known.',
      panel: 'Lab / Layers',
    },
    {
      name: 'opaque_root',
      unit: 'boolean',
      kind: 'flag',
      meaning:
        'Whether its hypervisor has no agent: layers are counted from there, and ratios to it are unknown.',
      panel: 'Lab / Layers',
    },
    {
      name: 'clones',
      unit: 'count',
      kind: 'gauge',
      meaning: 'Marks (UUID, MAC address, machine-id) that other nodes have as well.',
    },
    {
      name: 'conflict',
      unit: 'boolean',
      kind: 'flag',
      meaning:
        'Whether its parent is disputed: several nodes claim it, or the node contradicts a claim, and no operator decided.',
    },
    {
      name: 'claimants',
      unit: 'text',
      kind: 'text',
      meaning: 'Ids of the nodes that claim it, while that is a conflict.',
    },
    {
      name: 'guests_without_agent',
      unit: 'count',
      kind: 'gauge',
      meaning: 'Guests that run on it for ten minutes or more and have no agent that reports.',
      panel: 'Lab / Layers',
    },
    { name: 'guests_without_agent_names', unit: 'text', kind: 'text', meaning: 'Their names.' },
    {
      name: 'by',
      unit: 'text',
      kind: 'text',
      meaning: 'How its parent is known (configuration, uuid, mac, name, default-mac), or what it runs on.',
    },
    {
      name: 'guest',
      unit: 'text',
      kind: 'text',
      meaning:
        'Its name at its parent. Together with the tag parent it selects its points in nestwatch_guest, nestwatch_guest_usage and nestwatch_kvm_guest.',
    },
    { name: 'reason', unit: 'text', kind: 'text', meaning: 'The same in one sentence.' },
  ],
};
