import { defined } from '@nestwatch/common/defined';
import { type Quantities, readQuantities } from '../../read/quantities.ts';
import type { Reader } from '../../read/query.ts';
import { type EnvironmentChange, isBetween } from '../environment/changes.ts';
import type { JudgedLab, JudgedNode } from '../judged-lab.ts';
import { ancestors } from '../references.ts';

/** A node before and since the slowdown. */
export interface NodeEvidence extends Pick<JudgedNode, 'node' | 'name' | 'layer'> {
  readonly before: Quantities;
  readonly since: Quantities;
  /** What changed in it when the slowdown began, or not long before. */
  readonly changes?: readonly Suspect[];
  /** Its own slowdown against its own past at the same benchmark; absent when unknown. */
  readonly selfSlowdown?: number;
}

/** All that an explanation may use: the slow node, and how the others of its lab fared. */
export interface Evidence {
  readonly slow: NodeEvidence;
  /** Its parents, nearest first. */
  readonly above: readonly NodeEvidence[];
  /** Everybody else: other branches, and what is below it. */
  readonly others: readonly NodeEvidence[];
  /** How many times slower it is. */
  readonly factor: number;
}

const DAY_US = 86_400_000_000;

/** A change of a node's environment. */
export interface Suspect {
  readonly change: EnvironmentChange;
  /** Whether it may have happened in the very round that was slow first. */
  readonly atOnce: boolean;
}

interface SlowNode extends Pick<Evidence, 'factor'> {
  readonly node: string;
  readonly benchmark: string;
  /** The round that showed it first may have begun some time before its result. */
  readonly sinceUs: number;
  /** The last round that was as usual. */
  readonly beforeUs: number;
  /** Changes from then on are suspects as well, though less so. */
  readonly suspectUs: number;
}

/** Reads how the lab was in the day before a slowdown and how it is since; undefined for a node that is not there. */
export async function gatherEvidence(
  store: Reader,
  judged: JudgedLab,
  { node: slowNode, benchmark, sinceUs, beforeUs, suspectUs, factor }: SlowNode,
): Promise<Evidence | undefined> {
  const node = judged.nodes.get(slowNode);
  if (node === undefined) return undefined;
  const [before, since] = await Promise.all([
    readQuantities(store, judged.lab, beforeUs - DAY_US, beforeUs),
    readQuantities(store, judged.lab, sinceUs, judged.nowUs, beforeUs),
  ]);
  const evidenceOf = (each: JudgedNode): NodeEvidence =>
    defined({
      node: each.node,
      name: each.name,
      layer: each.layer,
      before: before.get(each.node) ?? {},
      since: since.get(each.node) ?? {},
      selfSlowdown: each.streams.find((stream) => stream.against === 'self' && stream.benchmark === benchmark)
        ?.standing.slowdown,
      changes: (each.changes ?? [])
        .filter((change) => isBetween(change, suspectUs, sinceUs))
        .map((change) => ({ change, atOnce: isBetween(change, beforeUs, sinceUs) })),
    });
  const above = ancestors(judged.nodes, node);
  const others = [...judged.nodes.values()].filter((each) => each !== node && !above.includes(each));
  return {
    slow: evidenceOf(node),
    above: above.map(evidenceOf),
    others: others.map(evidenceOf),
    factor,
  };
}
