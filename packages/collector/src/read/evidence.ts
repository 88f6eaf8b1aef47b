import type { Evidence, NodeEvidence, Quantities } from '../analysis/explain/evidence.ts';
import { quoteText } from '../influx/influxql.ts';
import type { Series } from '../influx/query-answer.ts';
import type { Store } from '../influx/store.ts';
import { ancestors, type LabView, type NodeView } from './lab-view.ts';

const HOUR_US = 3_600_000_000;

/** Which field of which measurement gives which quantity, and how it is summed up over a span. */
const FIGURES = [
  { key: 'stealRatio', from: 'nestwatch_cpu_time', select: 'median("steal_ratio")' },
  { key: 'exitUs', from: 'nestwatch_exit_latency', select: 'median("median_us")' },
  { key: 'exitsPerSecond', from: 'nestwatch_kvm_host', select: 'median("exits_per_second")' },
  { key: 'guestsRunning', from: 'nestwatch_capability', select: 'last("guests_running")' },
  { key: 'guestsVcpus', from: 'nestwatch_capability', select: 'last("guests_vcpus")' },
  { key: 'cpus', from: 'nestwatch_capability', select: 'last("cpus")' },
  { key: 'clocksource', from: 'nestwatch_capability', select: 'last("clocksource")' },
  {
    key: 'memoryAvailableRatio',
    from: 'nestwatch_memory',
    select: 'mean("available_bytes")/mean("total_bytes")',
  },
  { key: 'memoryPressureRatio', from: 'nestwatch_pressure', select: 'median("memory_some_ratio")' },
  { key: 'cpuPressureRatio', from: 'nestwatch_pressure', select: 'median("cpu_some_ratio")' },
] as const;

export interface SlowNode {
  readonly node: string;
  readonly benchmark: string;
  readonly sinceUs: number;
  readonly factor: number;
}

/** Reads how the lab was in the day before a slowdown and how it is since. */
export async function readEvidence(
  store: Pick<Store, 'query'>,
  view: LabView,
  slow: SlowNode,
): Promise<Evidence | undefined> {
  const node = view.nodes.get(slow.node);
  if (node === undefined) return undefined;
  // The round that showed it first may have begun some time before its result.
  const turnUs = slow.sinceUs;
  const span = (fromUs: number, toUs: number) =>
    `"lab" = ${quoteText(view.lab)} AND time >= ${Math.floor(fromUs)}u AND time < ${Math.floor(toUs)}u`;
  const [before, since] = await Promise.all([
    readQuantities(store, span(turnUs - 24 * HOUR_US, turnUs)),
    readQuantities(store, span(turnUs, view.nowUs)),
  ]);
  const evidenceOf = (each: NodeView): NodeEvidence => {
    const selfSlowdown = each.streams.find(
      (stream) => stream.against === 'self' && stream.benchmark === slow.benchmark,
    )?.standing.slowdown;
    return {
      ...{ node: each.node, name: each.name },
      ...(each.layer === undefined ? {} : { layer: each.layer }),
      before: before.get(each.node) ?? {},
      since: since.get(each.node) ?? {},
      ...(selfSlowdown === undefined ? {} : { selfSlowdown }),
    };
  };
  const above = ancestors(view, node);
  const others = [...view.nodes.values()].filter((each) => each !== node && !above.includes(each));
  return {
    slow: evidenceOf(node),
    above: above.map(evidenceOf),
    others: others.map(evidenceOf),
    factor: slow.factor,
  };
}

async function readQuantities(store: Pick<Store, 'query'>, where: string): Promise<Map<string, Quantities>> {
  const found = new Map<string, Record<string, unknown>>();
  const of = (series: Series) => {
    const node = series.tags['node'] ?? '';
    const quantities = found.get(node) ?? {};
    found.set(node, quantities);
    return quantities;
  };
  const ask = (select: string, from: string, tags: string) =>
    store.query(`SELECT ${select} AS "value" FROM "${from}" WHERE ${where} GROUP BY ${tags}`);
  const [facts, ...figures] = await Promise.all([
    ask('last("value")', 'nestwatch_fact', '"node","fact"'),
    ...FIGURES.map(({ select, from }) => ask(select, from, '"node"')),
  ]);
  for (const series of facts ?? []) {
    const quantities = of(series);
    const value = series.rows[0]?.['value'];
    if (typeof value !== 'string') continue;
    quantities['facts'] = { ...(quantities['facts'] as object), [series.tags['fact'] ?? '']: value };
  }
  FIGURES.forEach(({ key }, at) => {
    for (const series of figures[at] ?? []) {
      const value = series.rows[0]?.['value'];
      if (value !== null && value !== undefined) of(series)[key] = value;
    }
  });
  return found as Map<string, Quantities>;
}
