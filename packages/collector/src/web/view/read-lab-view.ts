import { readFiring } from '../../read/alerts.ts';
import type { Point } from '../../read/cells.ts';
import { readCapability, readEvents, readSeries } from '../../read/lab-page.ts';
import { type PositionBasis, positionBasis } from '../../read/lab-table.ts';
import { DAY_MS, type KnownNode, labsOf, readNodes } from '../../read/nodes.ts';
import { type Reader, within } from '../../read/query.ts';
import { readNewestResults } from '../../read/results.ts';
import { isSilent } from '../../read/silent.ts';
import { readVerdicts } from '../../read/verdicts.ts';
import { benchmarksOf } from './benchmarks.ts';
import { shownMetrics } from './metrics.ts';
import type { LabView, MetricView, NodeView } from './view.ts';

/** How far back the page reads. */
const PAGE_SPANS = {
  /** Benchmarks, the newest capability and verdicts, ms. */
  historyMs: 30 * DAY_MS,
  eventsMs: 7 * DAY_MS,
  /** Quantities, and the time that one value stands for. */
  metricsMs: 3_600_000,
  everyMs: 60_000,
  /** At most so many results of each benchmark, and so many events. */
  mostResults: 20,
  mostEvents: 15,
};

/** So many values make a line: more than the pixels of a chart show nothing. */
const POINTS = 240;

/** What a report as one file looks back over. */
export function spansOfReport(spanMs: number): typeof PAGE_SPANS {
  return {
    historyMs: spanMs,
    eventsMs: spanMs,
    metricsMs: spanMs,
    everyMs: Math.max(10_000, Math.round(spanMs / POINTS)),
    mostResults: 500,
    mostEvents: 40,
  };
}

/**
 * Reads a lab. An unknown lab has no nodes.
 * @throws what the store throws when InfluxDB cannot be asked.
 */
export async function readLabView(
  store: Reader,
  lab: string,
  nowUs: number,
  { historyMs, eventsMs, metricsMs, everyMs, mostResults, mostEvents } = PAGE_SPANS,
): Promise<LabView> {
  const [known, capability, verdicts, results, events, alerts, ...series] = await Promise.all([
    readNodes<KnownNode & { readonly place?: PositionBasis }>(store, [positionBasis]),
    readCapability(store, lab, historyMs),
    readVerdicts(store, lab, within(historyMs)),
    readNewestResults(store, lab, historyMs, mostResults),
    readEvents(store, lab, eventsMs, mostEvents),
    readFiring(store, lab),
    ...shownMetrics.map(({ measurement, field }) =>
      readSeries(store, { lab, measurement, field, spanMs: metricsMs, everyUs: everyMs * 1000 }),
    ),
  ]);
  const nodes = known
    .filter((each) => each.lab === lab)
    .map((each): NodeView => {
      const { node, parent, lastSeenUs } = each;
      return {
        ...each,
        silent: isSilent(lastSeenUs, nowUs),
        capability: capability.get(node) ?? {},
        verdicts: verdicts.filter((verdict) => verdict.node === node),
        metrics: Object.fromEntries(
          shownMetrics.flatMap(({ key }, at) => metricOf(key, series[at]?.get(node) ?? [])),
        ),
        benchmarks: benchmarksOf(results, node, parent),
      };
    });
  return { lab, nowUs, labs: labsOf(known), nodes, alerts, events };
}

function metricOf(key: string, points: readonly Point[]): [string, MetricView][] {
  const last = points.at(-1)?.value;
  return last === undefined ? [] : [[key, { last, points }]];
}
