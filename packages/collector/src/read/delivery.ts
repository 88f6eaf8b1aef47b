import { COMMON_TAGS, delivery } from '@nestwatch/proto';
import { numberIn, type Row, type Tags, timeIn } from './cells.ts';
import { DAY_MS } from './nodes.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';

export type DeliveryRow = Readonly<ReturnType<typeof rowOf>>;

/** Reads the newest figures of all nodes, by lab and node, the run that goes on first. */
export async function readDelivery(store: Reader, lab?: string): Promise<DeliveryRow[]> {
  const series = await ask(store, {
    select: fields(...delivery.fields.map(({ name }) => name)),
    from: delivery.name,
    where: [within(30 * DAY_MS), lab === undefined ? undefined : equals('lab', lab)],
    by: [...COMMON_TAGS, 'run'],
    newest: 1,
  });
  const newest = new Map<string, DeliveryRow>();
  for (const { tags, rows } of series) {
    const row = rowOf(tags, rows[0]);
    // Its tags may have changed, when it learnt its layer or was renamed: the newest says how it is now.
    const key = `${row.lab} ${row.node} ${row.run}`;
    if ((newest.get(key)?.atUs ?? 0) < row.atUs) newest.set(key, row);
  }
  return [...newest.values()].sort(
    (a, b) => a.lab.localeCompare(b.lab) || a.name.localeCompare(b.name) || a.run.localeCompare(b.run),
  );
}

/** What became of the messages of one node, as last written to InfluxDB. */
function rowOf({ lab = '', node = '', name = '', run = '' }: Tags, point: Row | undefined) {
  const number = (field: string) => numberIn(point, field) ?? 0;
  return {
    lab,
    node,
    name,
    /** "current": the run of the agent that goes on; "earlier": all before it that are still known. */
    run,
    received: number('received'),
    written: number('written'),
    duplicates: number('duplicates'),
    dead: number('dead'),
    dropped: number('dropped'),
    expired: number('expired'),
    gaps: number('gaps'),
    lost: number('lost'),
    boots: number('boots'),
    /** When a collector wrote these figures, µs since 1970. */
    atUs: timeIn(point),
  };
}
