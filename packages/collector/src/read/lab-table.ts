import type { Series } from '../influx/query-answer.ts';
import type { Store } from '../influx/store.ts';
import type { LabRow } from './lab-row.ts';

/** How far back a node is looked for. */
const SPAN = '30d';

/** InfluxQL that reads the lab table, one query for each measurement. The last point of each series is its newest. */
export const labQueries = {
  seen: `SELECT last("seq") AS "seq" FROM "nestwatch_report" WHERE time > now() - ${SPAN} GROUP BY "lab","node","name","layer","parent"`,
  place: `SELECT last("known") AS "known", "by", "reason" FROM "nestwatch_topology" WHERE time > now() - 1d GROUP BY "lab","node"`,
  capability: `SELECT last("can_host") AS "can_host" FROM "nestwatch_capability" WHERE time > now() - ${SPAN} GROUP BY "lab","node"`,
  steal: `SELECT last("steal_ratio") AS "steal_ratio" FROM "nestwatch_cpu_time" WHERE time > now() - 1d GROUP BY "lab","node"`,
  benchmark: `SELECT last("seconds_per_unit") AS "seconds_per_unit", "unit" FROM "nestwatch_benchmark" WHERE time > now() - ${SPAN} GROUP BY "lab","node","benchmark","variant"`,
} as const;

/** Reads the lab table back from InfluxDB, ordered by lab, layer and name. */
export async function readLab(store: Pick<Store, 'query'>, lab?: string): Promise<LabRow[]> {
  const ask = (query: string) => store.query(query);
  const [seen, place, capability, steal, benchmark] = await Promise.all([
    ask(labQueries.seen),
    ask(labQueries.place),
    ask(labQueries.capability),
    ask(labQueries.steal),
    ask(labQueries.benchmark),
  ]);
  const rows = newestByNode(seen);
  fill(rows, place, (row, point) => {
    row.place = { by: String(point['by'] ?? ''), reason: String(point['reason'] ?? '') };
  });
  fill(rows, capability, (row, point) => {
    row.canHost = point['can_host'] === null ? undefined : Number(point['can_host']) === 1;
    row.capabilityAtUs = Number(point['time']);
  });
  fill(rows, steal, (row, point) => {
    row.stealRatio = Number(point['steal_ratio']);
    row.sampleAtUs = Number(point['time']);
  });
  fill(rows, benchmark, (row, point, tags) => {
    const atUs = Number(point['time']);
    if (point['seconds_per_unit'] === null || (row.benchmark?.atUs ?? 0) > atUs) return;
    const name = [tags['benchmark'], tags['variant']].filter(Boolean).join(' ');
    row.benchmark = {
      ...{ name, atUs },
      secondsPerUnit: Number(point['seconds_per_unit']),
      unit: String(point['unit'] ?? ''),
    };
  });
  return [...rows.values()]
    .filter((row) => lab === undefined || row.lab === lab)
    .sort(
      (a, b) =>
        a.lab.localeCompare(b.lab) || (a.layer ?? 99) - (b.layer ?? 99) || a.name.localeCompare(b.name),
    );
}

/** A node's tags may have changed (it learnt its layer, was renamed): the newest series says how it is now. */
function newestByNode(seen: readonly Series[]): Map<string, LabRow> {
  const rows = new Map<string, LabRow>();
  for (const { tags, rows: points } of seen) {
    const lastSeenUs = Number(points[0]?.['time'] ?? 0);
    const key = keyOf(tags);
    const earlier = rows.get(key);
    if (earlier !== undefined && earlier.lastSeenUs > lastSeenUs) continue;
    const layer = Number.parseInt(tags['layer'] ?? '', 10);
    rows.set(key, {
      lab: tags['lab'] ?? '',
      node: tags['node'] ?? '',
      name: tags['name'] ?? '',
      layer: Number.isNaN(layer) ? undefined : layer,
      parent: tags['parent'] === 'none' ? undefined : tags['parent'],
      place: undefined,
      canHost: undefined,
      stealRatio: undefined,
      benchmark: undefined,
      capabilityAtUs: undefined,
      sampleAtUs: undefined,
      lastSeenUs,
    });
  }
  return rows;
}

function fill(
  rows: ReadonlyMap<string, LabRow>,
  series: readonly Series[],
  set: (row: LabRow, point: Series['rows'][number], tags: Series['tags']) => void,
): void {
  for (const { tags, rows: points } of series) {
    const row = rows.get(keyOf(tags));
    if (row !== undefined && points[0] !== undefined) set(row, points[0], tags);
  }
}

function keyOf(tags: Series['tags']): string {
  return `${tags['lab']}/${tags['node']}`;
}
