import { shownMetrics } from './metrics.ts';

/** A value in an InfluxQL string literal. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** How far back is read, in InfluxQL's durations. */
export interface Spans {
  /** Benchmarks, the newest capability report and verdicts. */
  readonly history: string;
  /** Events. */
  readonly events: string;
  /** Alerts that were written within it. */
  readonly alerts: string;
  /** Quantities, and the time that one value stands for. */
  readonly metrics: string;
  readonly bucket: string;
  /** At most so many results of each benchmark, and so many events. */
  readonly results: number;
  readonly happenings: number;
}

export const PAGE_SPANS: Spans = {
  ...{ history: '30d', events: '7d', alerts: '15m', metrics: '1h', bucket: '1m' },
  ...{ results: 20, happenings: 15 },
};

/** Every InfluxQL query of the page for one lab. */
export function pageQueries(lab: string, spans: Spans = PAGE_SPANS) {
  const at = (span: string) => `WHERE "lab" = ${literal(lab)} AND time > now() - ${span}`;
  return {
    capability: `SELECT * FROM "nestwatch_capability" ${at(spans.history)} GROUP BY "node" ORDER BY time DESC LIMIT 1`,
    verdicts: `SELECT "level", "summary", "advice" FROM "nestwatch_verdict" ${at(spans.history)} GROUP BY "node", "rule" ORDER BY time DESC LIMIT 1`,
    benchmarks: `SELECT "seconds_per_unit", "unit" FROM "nestwatch_benchmark" ${at(spans.history)} GROUP BY "node", "benchmark", "variant", "target" ORDER BY time DESC LIMIT ${spans.results}`,
    events: `SELECT "text", "name", "layer" FROM "nestwatch_event" ${at(spans.events)} ORDER BY time DESC LIMIT ${spans.happenings}`,
    alerts: `SELECT "state", "severity", "text", "fired_us", "silenced" FROM "nestwatch_alert" ${at(spans.alerts)} GROUP BY "node", "name", "layer", "rule", "subject" ORDER BY time DESC LIMIT 1`,
    metrics: shownMetrics.map(
      ({ measurement, field }) =>
        `SELECT mean("${field}") AS "value" FROM "${measurement}" ${at(spans.metrics)} GROUP BY "node", time(${spans.bucket}) fill(none)`,
    ),
  };
}

/** What a node's own page asks for besides. */
export function detailQueries(lab: string, node: string) {
  const at = (span: string) =>
    `WHERE "lab" = ${literal(lab)} AND "node" = ${literal(node)} AND time > now() - ${span}`;
  return {
    facts: `SELECT "state", "value", "reason", "source" FROM "nestwatch_fact" ${at('30d')} GROUP BY "fact" ORDER BY time DESC LIMIT 1`,
    probes: `SELECT "status", "reason", "duration_us" FROM "nestwatch_probe" ${at('1d')} GROUP BY "probe" ORDER BY time DESC LIMIT 1`,
  };
}
