import { groupBy } from '@nestwatch/common/group-by';
import { type NodeFacts, ownMacs } from './node-facts.ts';

/** Nodes that say to be the same machine, because an image was cloned with what should be unique in it. */
export interface Clones {
  readonly nodes: readonly string[];
  readonly by: 'SMBIOS UUID' | 'MAC address' | 'machine-id';
  readonly value: string;
}

/**
 * Finds nodes with equal identities. Equal machine-ids alone are reported as well: DHCP servers and the journal mix such
 * machines up.
 */
export function findClones(nodes: readonly NodeFacts[]): Clones[] {
  return [
    ...groups(nodes, 'SMBIOS UUID', (node) => [node.smbiosUuid]),
    ...groups(nodes, 'MAC address', ownMacs),
    ...groups(nodes, 'machine-id', (node) => [node.machineId]),
  ];
}

function groups(
  nodes: readonly NodeFacts[],
  by: Clones['by'],
  values: (node: NodeFacts) => readonly string[],
): Clones[] {
  const claims = nodes.flatMap((node) =>
    [...new Set(values(node))].filter((value) => value !== '').map((value) => ({ value, node: node.node })),
  );
  return [...groupBy(claims, ({ value }) => value)]
    .filter(([, claimants]) => claimants.length > 1)
    .map(([value, claimants]) => ({ nodes: claimants.map(({ node }) => node).sort(), by, value }));
}
