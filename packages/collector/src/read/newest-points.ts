import type { Row } from './cells.ts';
import { ask, fields, type Reader, within } from './query.ts';

/** The newest point of a node, and its tags. */
export interface NewestPoint {
  readonly tags: Readonly<Record<string, string>>;
  /** By the names of fields; what it has not is absent or null. */
  readonly row: Row;
}

/**
 * The newest point of each node of all labs in a measurement, of those in the last this many ms.
 * @param names fields that are read; all by default
 */
export async function readNewestPoints(
  store: Reader,
  measurement: string,
  spanMs: number,
  names?: readonly string[],
): Promise<NewestPoint[]> {
  const series = await ask(store, {
    select: names === undefined ? ['*'] : fields(...names),
    from: measurement,
    where: [within(spanMs)],
    by: ['lab', 'node', 'name', 'layer', 'parent'],
    newest: 1,
  });
  return series.flatMap(({ tags, rows: [row] }) => (row === undefined ? [] : [{ tags, row }]));
}
