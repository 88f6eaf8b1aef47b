import { type Tags, textIn } from './cells.ts';
import { ask, before, call, equals, type Reader, since } from './query.ts';

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
  { key: 'stealRatio', from: 'nestwatch_cpu_time', select: call('median', 'steal_ratio', 'value') },
  { key: 'exitUs', from: 'nestwatch_exit_latency', select: call('median', 'median_us', 'value') },
  { key: 'exitsPerSecond', from: 'nestwatch_kvm_host', select: call('median', 'exits_per_second', 'value') },
  { key: 'guestsRunning', from: 'nestwatch_capability', select: call('last', 'guests_running', 'value') },
  { key: 'guestsVcpus', from: 'nestwatch_capability', select: call('last', 'guests_vcpus', 'value') },
  { key: 'cpus', from: 'nestwatch_capability', select: call('last', 'cpus', 'value') },
  { key: 'clocksource', from: 'nestwatch_capability', select: call('last', 'clocksource', 'value') },
  {
    key: 'memoryAvailableRatio',
    from: 'nestwatch_memory',
    select: `mean("available_bytes")/${call('mean', 'total_bytes', 'value')}`,
  },
  {
    key: 'memoryPressureRatio',
    from: 'nestwatch_pressure',
    select: call('median', 'memory_some_ratio', 'value'),
  },
  { key: 'cpuPressureRatio', from: 'nestwatch_pressure', select: call('median', 'cpu_some_ratio', 'value') },
] as const;

/** What was measured in a lab from one moment to another, µs since 1970, by node. */
export async function readQuantities(
  store: Reader,
  lab: string,
  fromUs: number,
  toUs: number,
): Promise<Map<string, Quantities>> {
  const where = [equals('lab', lab), since(fromUs), before(toUs)];
  const [facts, ...figures] = await Promise.all([
    ask(store, { select: [call('last', 'value')], from: 'nestwatch_fact', where, by: ['node', 'fact'] }),
    ...FIGURES.map(({ select, from }) => ask(store, { select: [select], from, where, by: ['node'] })),
  ]);
  const found = new Map<string, Quantities>();
  const add = ({ node = '' }: Tags, more: Quantities) => found.set(node, { ...found.get(node), ...more });
  for (const { tags, rows } of facts) {
    const { node = '', fact = '' } = tags;
    const value = textIn(rows[0], 'value');
    if (value !== '') add(tags, { facts: { ...found.get(node)?.facts, [fact]: value } });
  }
  FIGURES.forEach(({ key }, at) => {
    for (const { tags, rows } of figures[at] ?? []) {
      const value = rows[0]?.['value'];
      if (value !== null && value !== undefined) add(tags, { [key]: value });
    }
  });
  return found;
}
