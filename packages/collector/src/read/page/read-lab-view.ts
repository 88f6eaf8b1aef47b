import type { Series } from '../../influx/query-answer.ts';
import type { Store } from '../../influx/store.ts';
import type { LabRow } from '../lab-row.ts';
import { readLab } from '../lab-table.ts';
import { alertsOf } from './alerts.ts';
import { benchmarksOf, withParents } from './benchmarks.ts';
import { shownMetrics } from './metrics.ts';
import { PAGE_SPANS, pageQueries, type Spans } from './queries.ts';
import { type LabView, type NodeView, SILENT_AFTER_SECONDS } from './view.ts';

export type Reader = Pick<Store, 'query'>;

/** The labs that ever reported, the one heard of last first. */
export async function readLabs(store: Reader): Promise<string[]> {
  return labsOf(await readLab(store));
}

/**
 * Reads a lab. An unknown lab has no nodes.
 * @throws what the store throws when InfluxDB cannot be asked.
 */
export async function readLabView(
  store: Reader,
  lab: string,
  nowUs: number,
  spans: Spans = PAGE_SPANS,
): Promise<LabView> {
  const queries = pageQueries(lab, spans);
  const ask = (query: string) => store.query(query);
  const [rows, capability, verdicts, benchmarks, events, alerts, ...metrics] = await Promise.all([
    readLab(store),
    ask(queries.capability),
    ask(queries.verdicts),
    ask(queries.benchmarks),
    ask(queries.events),
    ask(queries.alerts),
    ...queries.metrics.map(ask),
  ]);
  const nodes = rows
    .filter((row) => row.lab === lab)
    .map((row): NodeView => {
      const own = (series: readonly Series[]) => series.filter(({ tags }) => tags['node'] === row.node);
      return {
        ...{ node: row.node, name: row.name, layer: row.layer, place: row.place, parent: row.parent },
        lastSeenUs: row.lastSeenUs,
        silent: nowUs - row.lastSeenUs > SILENT_AFTER_SECONDS * 1e6,
        capability: known(own(capability)[0]?.rows[0]),
        verdicts: own(verdicts).map(verdictOf).sort(worstFirst),
        metrics: Object.fromEntries(
          shownMetrics.flatMap(({ key }, index) => metricOf(key, own(metrics[index] ?? []))),
        ),
        benchmarks: benchmarksOf(own(benchmarks)),
      };
    });
  return {
    ...{ lab, nowUs, alerts: alertsOf(alerts) },
    labs: labsOf(rows),
    nodes: withParents(nodes),
    events: events.flatMap(({ rows: points }) =>
      points.map((point) => ({
        atUs: Number(point['time']),
        name: String(point['name'] ?? ''),
        layer: layerOf(point['layer']),
        text: String(point['text'] ?? ''),
      })),
    ),
  };
}

function labsOf(rows: readonly LabRow[]): string[] {
  const newestFirst = [...rows].sort((a, b) => b.lastSeenUs - a.lastSeenUs);
  return [...new Set(newestFirst.map((row) => row.lab))];
}

function layerOf(tag: unknown): number | undefined {
  const layer = Number.parseInt(String(tag), 10);
  return Number.isNaN(layer) ? undefined : layer;
}

function known(row: Series['rows'][number] | undefined): Record<string, string | number> {
  const found = Object.entries(row ?? {}).filter(([name, value]) => name !== 'time' && value !== null);
  return Object.fromEntries(found) as Record<string, string | number>;
}

function verdictOf({ tags, rows }: Series): NodeView['verdicts'][number] {
  const { level, summary, advice } = rows[0] ?? {};
  return {
    rule: tags['rule'] ?? '',
    level: Number(level ?? 5),
    summary: String(summary ?? ''),
    advice: String(advice ?? ''),
  };
}

/** Failures, warnings, what could not be told, information, passes. */
function worstFirst(a: { level: number }, b: { level: number }): number {
  const rank = (level: number) => [5, 4, 3, 1, 0, 2][level] ?? 5;
  return rank(a.level) - rank(b.level);
}

function metricOf(key: string, series: readonly Series[]): [string, NodeView['metrics'][string]][] {
  const points = series
    .flatMap(({ rows }) => rows)
    .filter((row) => typeof row['value'] === 'number')
    .map((row) => ({ atUs: Number(row['time']), value: Number(row['value']) }))
    .sort((a, b) => a.atUs - b.atUs);
  const last = points.at(-1)?.value;
  return last === undefined ? [] : [[key, { last, points }]];
}
