import type { Measurement } from './types.ts';

export const topology: Measurement = {
  name: 'nestwatch_topology',
  meaning: 'Where a node stands in its lab, every minute.',
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
        'Whether it stands on a hypervisor without an agent: layers count from there, ratios to it are unknown.',
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
        'Whether several nodes claim it, or what it says of itself denies a claim, and nobody decided.',
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
      meaning:
        'What its parent is known by (configuration, uuid, mac, name, default-mac), or what it stands on.',
    },
    {
      name: 'guest',
      unit: 'text',
      kind: 'text',
      meaning:
        'Its name at its parent: with the tag parent it finds what the parent says of it in nestwatch_guest, nestwatch_guest_usage and nestwatch_kvm_guest.',
    },
    { name: 'reason', unit: 'text', kind: 'text', meaning: 'The same in one sentence.' },
  ],
};
