import { defined } from '@nestwatch/common/defined';
import { groupBy } from '@nestwatch/common/group-by';
import { FIRING_MS, readAlerts, readFiring } from '../../read/alerts.ts';
import { readNewestAmplifications } from '../../read/amplifications.ts';
import type { Point } from '../../read/cells.ts';
import { readCapability, readEvents, readSeries } from '../../read/lab-page.ts';
import { type PositionBasis, positionBasis } from '../../read/lab-table.ts';
import { readNewestSlowdowns, worstSlowdown } from '../../read/newest-slowdowns.ts';
import { type KnownNode, labsOf, readNodes } from '../../read/nodes.ts';
import { overHistory } from '../../read/over-history.ts';
import { call, equals, type HistoryReader, type Reader } from '../../read/query.ts';
import { readNewestResults } from '../../read/results.ts';
import { isSilent } from '../../read/silent.ts';
import { readVerdicts } from '../../read/verdicts.ts';
import { benchmarksReader } from './benchmarks.ts';
import type { LabRequest } from './lab-request.ts';
import { type ShownMetric, shownMetrics } from './metrics.ts';
import type { LabView, MetricView, NodeView } from './view.ts';

type Placed = KnownNode & { readonly place?: PositionBasis };
type SeriesByMetric = ReadonlyMap<string, ReadonlyMap<string, readonly Point[]>>;

/**
 * Reads a lab. An unknown lab has no nodes.
 * @throws what the store throws when InfluxDB cannot be asked.
 */
export async function readLabView(store: HistoryReader, request: LabRequest): Promise<LabView> {
  const { lab, nowUs, fromUs, isLive, history } = request;
  const [known, capability, verdicts, results, slowdowns, events, alerts, quantities, amplified] =
    await Promise.all([
      readPlaced(store, request),
      readCapability(store, lab, history),
      readVerdicts(store, lab, history.join(' AND ')),
      readNewestResults(store, lab, history, request.mostResults),
      readNewestSlowdowns(store, history, lab),
      readEvents(store, lab, request.events, request.mostEvents),
      isLive ? readFiring(store, lab) : readFiredAt(store, lab, nowUs),
      readQuantities(store, request),
      readNewestAmplifications(store, lab, request.quantities),
    ]);
  const benchmarksOf = benchmarksReader(results);
  const verdictsOf = groupBy(verdicts, ({ node }) => node);
  const slowdownsOf = groupBy(slowdowns, ({ node }) => node);
  const nodes = known
    .filter((each) => each.lab === lab)
    .map((each): NodeView => {
      const { node, parent, lastSeenUs } = each;
      return defined({
        ...each,
        silent: isSilent(lastSeenUs, nowUs),
        capability: capability.get(node) ?? {},
        verdicts: verdictsOf.get(node) ?? [],
        metrics: metricsOf(quantities.found, node),
        benchmarks: benchmarksOf(node, parent),
        slowdown: worstSlowdown(slowdownsOf.get(node) ?? []),
        amplification: amplified.get(node),
      });
    });
  return {
    lab,
    nowUs,
    fromUs,
    isLive,
    labs: labsOf(known),
    nodes,
    alerts,
    events,
    thinned: quantities.thinned,
  };
}

/** Alerts that fired at a moment that is past. */
async function readFiredAt(store: Reader, lab: string, toUs: number) {
  const alerts = await readAlerts(store, lab, { fromUs: toUs - FIRING_MS * 1000, toUs });
  return alerts.filter(({ resolvedUs }) => resolvedUs === undefined);
}

/** The nodes of all labs now, as the page links to each; or those of one lab in a span that is over. */
async function readPlaced(
  store: HistoryReader,
  { lab, nowUs, fromUs, isLive }: LabRequest,
): Promise<Placed[]> {
  if (isLive) return readNodes<Placed>(store, [positionBasis]);
  const times = { lab, fromUs, toUs: nowUs };
  const [full, thinned] = await Promise.all(
    [store, { query: store.queryThinned }].map((each) => readNodes<Placed>(each, [positionBasis], times)),
  );
  const all = full ?? [];
  const ids = new Set(all.map(({ node }) => node));
  return [...all, ...(thinned ?? []).filter(({ node }) => !ids.has(node))];
}

/** Quantities of all nodes, and all there are of the one that is open; for a long span from thinned-out points as well. */
function readQuantities(store: HistoryReader, request: LabRequest) {
  const { lab, fromUs, nowUs, quantities, everyUs, metrics, open } = request;
  const isChosen = ({ key }: ShownMetric) => metrics.some((each) => each.key === key);
  const more = open === undefined ? [] : shownMetrics.filter((metric) => !isChosen(metric));
  const read = async (reader: Reader, span: readonly string[]): Promise<SeriesByMetric> => {
    const seriesOf = async ({ measurement, field, select, key }: ShownMetric, node?: string) => {
      const where = [...span, node === undefined ? undefined : equals('node', node)];
      const value = select ?? call('mean', field, 'value');
      return [key, await readSeries(reader, { lab, measurement, select: value, where, everyUs })] as const;
    };
    const all = [...metrics.map((each) => seriesOf(each)), ...more.map((each) => seriesOf(each, open))];
    return new Map(await Promise.all(all));
  };
  return overHistory(store, {
    ...{ lab, fromUs, toUs: nowUs, span: quantities, everyUs, read, join },
    isEmpty: (found) => [...found.values()].every(({ size }) => size === 0),
  });
}

function join(older: SeriesByMetric, newer: SeriesByMetric): SeriesByMetric {
  const joined = new Map<string, Map<string, readonly Point[]>>();
  for (const [key, nodes] of [...older, ...newer]) {
    const all = joined.get(key) ?? new Map<string, readonly Point[]>();
    joined.set(key, all);
    for (const [node, points] of nodes) all.set(node, [...(all.get(node) ?? []), ...points]);
  }
  return joined;
}

function metricsOf(quantities: SeriesByMetric, node: string): Record<string, MetricView> {
  const found = [...quantities].flatMap(([key, series]): [string, MetricView][] => {
    const points = series.get(node) ?? [];
    const last = points.at(-1)?.value;
    return last === undefined ? [] : [[key, { last, points }]];
  });
  return Object.fromEntries(found);
}
