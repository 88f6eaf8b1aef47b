import { COMMON_TAGS, delivery } from '@nestwatch/proto';
import { numberIn, timeIn } from './cells.ts';
import { DAY_MS } from './nodes.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';

/** What became of the messages of one node, as last written to InfluxDB. */
export interface DeliveryRow {
  lab: string;
  node: string;
  name: string;
  /** "current": the run of the agent that goes on; "earlier": all before it that are still known. */
  run: string;
  received: number;
  written: number;
  duplicates: number;
  dead: number;
  dropped: number;
  gaps: number;
  lost: number;
  boots: number;
  /** When a collector wrote these figures, µs since 1970. */
  atUs: number;
}

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
  for (const {
    tags: { lab: of = '', node = '', name = '', run = '' },
    rows: [point],
  } of series) {
    const number = (field: string) => numberIn(point, field) ?? 0;
    const row: DeliveryRow = {
      lab: of,
      node,
      name,
      run,
      received: number('received'),
      written: number('written'),
      duplicates: number('duplicates'),
      dead: number('dead'),
      dropped: number('dropped'),
      gaps: number('gaps'),
      lost: number('lost'),
      boots: number('boots'),
      atUs: timeIn(point),
    };
    // Its tags may have changed, when it learnt its layer or was renamed: the newest says how it is now.
    const key = `${of} ${node} ${run}`;
    if ((newest.get(key)?.atUs ?? 0) < row.atUs) newest.set(key, row);
  }
  return [...newest.values()].sort(
    (a, b) => a.lab.localeCompare(b.lab) || a.name.localeCompare(b.name) || a.run.localeCompare(b.run),
  );
}
