import { UsageError } from '@nestwatch/common/errors';
import { nearNames } from '@nestwatch/common/near-names';
import type { KnownNode } from '../../read/nodes.ts';

export type Which = Pick<KnownNode, 'node' | 'name'>;

/**
 * The node that somebody means by an id or a name.
 * @param heard nodes of the lab that reported
 * @param enrolled ids of the lab that have a key
 * @throws UsageError with near names, or with the ids where several have the name
 */
export function whichNode(
  lab: string,
  named: string,
  heard: readonly KnownNode[],
  enrolled: readonly string[],
): Which {
  const byId = heard.find(({ node }) => node === named);
  if (byId !== undefined) return byId;
  const [first, ...others] = heard.filter(({ name }) => name === named);
  if (first !== undefined && others.length > 0) throw new UsageError(severalText(named, [first, ...others]));
  if (first !== undefined) return first;
  if (enrolled.includes(named)) return { node: named, name: named };
  const names = [...new Set([...heard.map(({ name }) => name), ...enrolledOnly(enrolled, heard)])];
  const near = nearNames(named, names);
  throw new UsageError(`lab ${lab} has no node ${named}${near === '' ? '' : `; ${near}`}`);
}

/** A guest that was built again has its old name: who is gone is known by the time. */
function severalText(named: string, nodes: readonly KnownNode[]): string {
  const each = [...nodes]
    .sort((a, b) => a.lastSeenUs - b.lastSeenUs)
    .map(({ node, lastSeenUs }) => `${node}, last report ${new Date(lastSeenUs / 1000).toISOString()}`);
  return `several nodes are called ${named}: give the id of the one to forget (${each.join('; ')})`;
}

function enrolledOnly(enrolled: readonly string[], heard: readonly KnownNode[]): string[] {
  return enrolled.filter((id) => heard.every(({ node }) => node !== id));
}
