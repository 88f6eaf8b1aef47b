import type { Cell, Series } from '@nestwatch/collector/influx/query-answer';
import type { Store } from '@nestwatch/collector/influx/store';
import type { LayerRow } from './layer-row.ts';

type Row = Readonly<Record<string, Cell>>;

/** Reads what the layers of a lab have reported since a time (µs since 1970), the outermost first. */
export async function readLayers(
  store: Pick<Store, 'query'>,
  lab: string,
  sinceUs: number,
): Promise<LayerRow[]> {
  const where = `WHERE "lab" = '${lab}' AND time >= ${Math.round(sinceUs)}u`;
  const last = (measurement: string, fields: readonly string[], tags = '') =>
    store.query(
      `SELECT ${fields.map((field) => `last("${field}") AS "${field}"`).join(', ')} FROM "${measurement}" ` +
        `${where} GROUP BY "node"${tags}`,
    );
  const [seen, clocks, samples, capability, steal, benchmarks] = await Promise.all([
    store.query(
      `SELECT last("seq") AS "seq" FROM "nestwatch_report" ${where} GROUP BY "node","name","layer","parent"`,
    ),
    last('nestwatch_report', ['clock_rate', 'skew_seconds']),
    store.query(
      `SELECT count("seq") AS "samples" FROM "nestwatch_report" ${where} AND "kind" = 'sample' GROUP BY "node"`,
    ),
    last('nestwatch_capability', ['can_host']),
    last('nestwatch_cpu_time', ['steal_ratio']),
    store.query(
      `SELECT last("seconds_per_unit") AS "seconds", "unit" FROM "nestwatch_benchmark" ${where} GROUP BY "node","benchmark","variant"`,
    ),
  ]);
  const rows = newestPlaces(seen).map(({ tags }): LayerRow => {
    const node = tags['node'] ?? '';
    const of = (series: readonly Series[]): Row => pick(series, node)[0]?.rows[0] ?? {};
    return {
      node,
      name: tags['name'] ?? '',
      layer: numeric(tags['layer']),
      parent: known(tags['parent']),
      canHost: maybe(of(capability)['can_host'], (value) => value === 1),
      stealRatio: numeric(of(steal)['steal_ratio']),
      clockRate: numeric(of(clocks)['clock_rate']),
      skewSeconds: numeric(of(clocks)['skew_seconds']),
      samples: numeric(of(samples)['samples']) ?? 0,
      benchmarks: resultsOf(pick(benchmarks, node)),
    };
  });
  const names = new Map(rows.map((row) => [row.node, row.name]));
  return rows
    .map((row) => ({ ...row, parent: names.get(row.parent ?? '') ?? row.parent }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The newest series of each node: its tags change when it learns its place. */
function newestPlaces(seen: readonly Series[]): Series[] {
  const newest = new Map<string, Series>();
  for (const series of seen) {
    const node = series.tags['node'] ?? '';
    if (timeOf(series) >= timeOf(newest.get(node))) newest.set(node, series);
  }
  return [...newest.values()];
}

function resultsOf(series: readonly Series[]): LayerRow['benchmarks'] {
  return Object.fromEntries(
    series.flatMap(({ tags, rows }) => {
      const secondsPerUnit = numeric(rows[0]?.['seconds']);
      if (secondsPerUnit === undefined) return [];
      const name = [tags['benchmark'], tags['variant']].filter(Boolean).join(' ');
      return [[name, { secondsPerUnit, unit: String(rows[0]?.['unit'] ?? '') }]];
    }),
  );
}

const pick = (series: readonly Series[], node: string) => series.filter(({ tags }) => tags['node'] === node);
const timeOf = (series: Series | undefined) => Number(series?.rows[0]?.['time'] ?? Number.NEGATIVE_INFINITY);
const known = (tag: string | undefined) =>
  tag === undefined || tag === '' || tag === 'none' ? undefined : tag;

function maybe<T>(cell: Cell | undefined, use: (cell: Cell) => T): T | undefined {
  return cell === undefined || cell === null ? undefined : use(cell);
}

function numeric(cell: Cell | undefined): number | undefined {
  const value = cell === null || cell === '' || cell === undefined ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : undefined;
}
