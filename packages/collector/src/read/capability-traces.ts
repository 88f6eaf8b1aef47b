import type { Cell } from '../influx/query-answer.ts';
import { timeIn } from './cells.ts';
import { ask, equals, type Reader } from './query.ts';

/** When a field of a node's capability first had a value that it has now; undefined where that is not known. */
export type DateOf = (node: string, field: string, value: string | number) => number | undefined;

/** Reads what some nodes said of their capability over a span. @param span conditions on time @throws as Store.query */
export async function readCapabilityTraces(
  store: Reader,
  lab: string,
  nodes: readonly string[],
  span: readonly string[],
): Promise<DateOf> {
  const ofNodes = `(${nodes.map((node) => equals('node', node)).join(' OR ')})`;
  const series = await ask(store, {
    select: ['*'],
    from: 'nestwatch_capability',
    where: [equals('lab', lab), ofNodes, ...span],
    by: ['node'],
  });
  const rows = new Map<string, Readonly<Record<string, Cell>>[]>();
  for (const { tags, rows: own } of series) rows.set(tags['node'] ?? '', own);
  return (node, field, value) => {
    const own = (rows.get(node) ?? []).filter((row) => row[field] !== null && row[field] !== undefined);
    const others = own.findLastIndex((row) => row[field] !== value);
    const first = own[others + 1];
    return first === undefined ? undefined : timeIn(first);
  };
}
