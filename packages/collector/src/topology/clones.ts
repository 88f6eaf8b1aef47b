import type { NodeView } from './node-facts.ts';

/** Nodes that say to be the same machine, because an image was cloned with what should be unique in it. */
export interface Duplicate {
  readonly nodes: readonly string[];
  readonly by: 'SMBIOS UUID' | 'MAC address' | 'machine-id';
  readonly value: string;
}

/**
 * Finds nodes with equal identities. Equal machine-ids alone are told as well: DHCP servers and the journal mix such
 * machines up. QEMU's default addresses are not counted, because they are equal everywhere.
 */
export function findDuplicates(nodes: readonly NodeView[]): Duplicate[] {
  return [
    ...groups(nodes, 'SMBIOS UUID', (node) => [node.smbiosUuid]),
    ...groups(nodes, 'MAC address', (node) => node.macs.filter((mac) => !mac.startsWith('52:54:00:12:34:'))),
    ...groups(nodes, 'machine-id', (node) => [node.machineId]),
  ];
}

function groups(
  nodes: readonly NodeView[],
  by: Duplicate['by'],
  values: (node: NodeView) => readonly string[],
): Duplicate[] {
  const claimants = new Map<string, string[]>();
  for (const node of nodes) {
    for (const value of new Set(values(node))) {
      if (value !== '') claimants.set(value, [...(claimants.get(value) ?? []), node.node]);
    }
  }
  return [...claimants]
    .filter(([, names]) => names.length > 1)
    .map(([value, names]) => ({ nodes: names.sort(), by, value }));
}
