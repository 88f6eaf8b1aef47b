import { forgotten } from '@nestwatch/proto';
import type { Series } from '../influx/query-answer.ts';
import { timeIn } from './cells.ts';
import type { KnownNode, NodesByLab } from './nodes.ts';
import { call, type Query } from './query.ts';

/** When each node was last removed by an operator. Readers of nodes ask for it beside them. */
export const MARKS: Query = {
  select: [call('last', 'by')],
  from: forgotten.name,
  by: ['lab', 'node'],
};

/** Whether a node is gone: it was said so, and no newer report of it is there. */
export type IsForgotten = (node: Pick<KnownNode, 'lab' | 'node' | 'lastSeenUs'>) => boolean;

/** @param marks answer to MARKS */
export function forgottenBy(marks: readonly Series[]): IsForgotten {
  const times = new Map(
    marks.map(({ tags, rows: [row] }) => [`${tags['lab']}/${tags['node']}`, timeIn(row)]),
  );
  return ({ lab, node, lastSeenUs }) =>
    lastSeenUs <= (times.get(`${lab}/${node}`) ?? Number.NEGATIVE_INFINITY);
}

/** Takes out of the labs who is gone, and labs that have nobody any more. */
export function dropForgotten<N extends KnownNode>(labs: NodesByLab<N>, isForgotten: IsForgotten): void {
  for (const [lab, nodes] of labs) {
    for (const [id, node] of nodes) if (isForgotten(node)) nodes.delete(id);
    if (nodes.size === 0) labs.delete(lab);
  }
}
