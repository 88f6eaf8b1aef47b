import { quoteText } from '../influx/influxql.ts';
import type { Series } from '../influx/query-answer.ts';
import type { Store } from '../influx/store.ts';

/** What was measured on one node over a span: means of what varies, the last of what does not. */
export interface Quantities {
  readonly stealRatio?: number;
  /** Cost of one exit, µs. */
  readonly exitUs?: number;
  /** Exits per second of all its guests together. */
  readonly exitsPerSecond?: number;
  readonly guestsRunning?: number;
  /** Virtual CPUs given to its guests. */
  readonly guestsVcpus?: number;
  readonly cpus?: number;
  readonly clocksource?: string;
  readonly memoryAvailableRatio?: number;
  /** Share of time in which some thread waited for memory. */
  readonly memoryPressureRatio?: number;
  /** Share of time in which some thread waited for a CPU. */
  readonly cpuPressureRatio?: number;
  /** Facts by name, such as "kvm_modules.parameters". Lists are joined by commas. */
  readonly facts?: Readonly<Record<string, string>>;
}

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

/** What was measured in a lab from one moment to another, µs since 1970, by node. */
export async function readQuantities(
  store: Pick<Store, 'query'>,
  lab: string,
  fromUs: number,
  toUs: number,
): Promise<Map<string, Quantities>> {
  const where = `"lab" = ${quoteText(lab)} AND time >= ${Math.floor(fromUs)}u AND time < ${Math.floor(toUs)}u`;
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
