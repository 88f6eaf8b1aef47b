import { COMMON_TAGS, delivery } from '@nestwatch/proto';
import type { Store } from '../influx/store.ts';

const NUMBERS = delivery.fields.map((field) => field.name);

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

/** InfluxQL that reads the newest figures of each node. */
export const deliveryQuery = `SELECT ${NUMBERS.map((name) => `"${name}"`).join(', ')} FROM "${delivery.name}" WHERE time > now() - 30d GROUP BY ${[...COMMON_TAGS, 'run'].map((tag) => `"${tag}"`).join(', ')} ORDER BY time DESC LIMIT 1`;

/** Reads the delivery of all nodes, by lab and node, the run that goes on first. */
export async function readDelivery(store: Pick<Store, 'query'>, lab?: string): Promise<DeliveryRow[]> {
  const newest = new Map<string, DeliveryRow>();
  for (const { tags, rows } of await store.query(deliveryQuery)) {
    const [point] = rows;
    if (point === undefined) continue;
    const number = (name: string) => Number(point[name] ?? 0);
    const row: DeliveryRow = {
      ...{
        lab: tags['lab'] ?? '',
        node: tags['node'] ?? '',
        name: tags['name'] ?? '',
        run: tags['run'] ?? '',
      },
      ...{ received: number('received'), written: number('written'), duplicates: number('duplicates') },
      ...{ dead: number('dead'), dropped: number('dropped'), gaps: number('gaps'), lost: number('lost') },
      ...{ boots: number('boots'), atUs: number('time') },
    };
    // Its tags may have changed, when it learnt its layer or was renamed: the newest says how it is now.
    const key = `${row.lab} ${row.node} ${row.run}`;
    if ((newest.get(key)?.atUs ?? 0) < row.atUs) newest.set(key, row);
  }
  return [...newest.values()]
    .filter((row) => lab === undefined || row.lab === lab)
    .sort((a, b) => a.lab.localeCompare(b.lab) || a.name.localeCompare(b.name) || a.run.localeCompare(b.run));
}
