import { type Row, textIn } from './cells.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';

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

/** All fields of the newest point of each node of a lab, by node id. @param span conditions on time */
export async function readNewestOfLab(
  store: Reader,
  lab: string,
  measurement: string,
  span: readonly (string | undefined)[],
): Promise<Map<string, Row>> {
  const series = await ask(store, {
    // Not by name, because InfluxDB 3 answers nothing at all where one field has never been written.
    select: ['*'],
    from: measurement,
    where: [equals('lab', lab), ...span],
    by: ['node'],
    newest: 1,
  });
  return new Map(series.map(({ tags, rows: [row = {}] }) => [textIn(tags, 'node'), row] as const));
}
