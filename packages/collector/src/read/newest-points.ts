import type { Row } from './cells.ts';
import { ask, fields, type Reader, within } from './query.ts';

/** The newest point of a node, and its tags. */
export interface NewestPoint {
  readonly tags: Readonly<Record<string, string>>;
  /** By the names of fields; what it has not is absent or null. */
  readonly row: Row;
}

interface Wanted {
  /** Fields that are read; all by default. */
  readonly select?: readonly string[];
  /** Tags that tell points apart beside those that all nodes have. */
  readonly by?: readonly string[];
}

/** The newest point of each node of all labs in a measurement, of those in the last so many ms. */
export async function readNewestPoints(
  store: Reader,
  measurement: string,
  spanMs: number,
  { select, by = [] }: Wanted = {},
): Promise<NewestPoint[]> {
  const series = await ask(store, {
    select: select === undefined ? ['*'] : fields(...select),
    from: measurement,
    where: [within(spanMs)],
    by: ['lab', 'node', 'name', 'layer', 'parent', ...by],
    newest: 1,
  });
  return series.flatMap(({ tags, rows: [row] }) => (row === undefined ? [] : [{ tags, row }]));
}
