import { type Tags, textIn } from './cells.ts';
import { type GuestQuantities, readGuestQuantities } from './guest-quantities.ts';
import { ask, atLeast, before, call, equals, type Reader, since } from './query.ts';

/** Points of exit amplification that have a band. */
const COMPARABLE = [atLeast('usual_high', 0)];

/** Which field of which measurement gives which quantity, and how it is summed up over a span. */
const FIGURES = {
  stealRatio: { from: 'nestwatch_cpu_time', select: call('median', 'steal_ratio', 'value') },
  /** Cost of one exit, µs. */
  exitUs: { from: 'nestwatch_exit_latency', select: call('median', 'median_us', 'value') },
  /** Exits per second of all its guests together. */
  exitsPerSecond: { from: 'nestwatch_kvm_host', select: call('median', 'exits_per_second', 'value') },
  /** Exits at its parent for each exit of its guests, in the minutes that can be compared. */
  amplification: {
    from: 'nestwatch_exit_amplification',
    select: call('median', 'amplification', 'value'),
    where: COMPARABLE,
  },
  /** Between what it usually is, and how that is known: "observatory" or "own history". */
  usualLow: { from: 'nestwatch_exit_amplification', select: call('last', 'usual_low', 'value') },
  usualHigh: { from: 'nestwatch_exit_amplification', select: call('last', 'usual_high', 'value') },
  usualFrom: {
    from: 'nestwatch_exit_amplification',
    select: call('last', 'usual_from', 'value'),
    where: COMPARABLE,
  },
  guestsRunning: { from: 'nestwatch_capability', select: call('last', 'guests_running', 'value') },
  /** Virtual CPUs given to its guests. */
  guestsVcpus: { from: 'nestwatch_capability', select: call('last', 'guests_vcpus', 'value') },
  cpus: { from: 'nestwatch_capability', select: call('last', 'cpus', 'value') },
  memoryAvailableRatio: {
    from: 'nestwatch_memory',
    select: `mean("available_bytes")/${call('mean', 'total_bytes', 'value')}`,
  },
  /** Share of time in which some thread waited for memory. */
  memoryPressureRatio: { from: 'nestwatch_pressure', select: call('median', 'memory_some_ratio', 'value') },
  /** Share of time in which some thread waited for a CPU. */
  cpuPressureRatio: { from: 'nestwatch_pressure', select: call('median', 'cpu_some_ratio', 'value') },
  /** Memory used for nothing, bytes. */
  memoryFreeBytes: { from: 'nestwatch_memory', select: call('median', 'free_bytes', 'value') },
  /** Share of one CPU that merging equal pages takes. */
  mergingCpuRatio: { from: 'nestwatch_ksm', select: call('median', 'cpu_ratio', 'value') },
  clocksource: { from: 'nestwatch_capability', select: call('last', 'clocksource', 'value') },
  /** What its parent calls it. */
  guestName: { from: 'nestwatch_topology', select: call('last', 'guest', 'value') },
};

interface Asked {
  readonly from: string;
  readonly select: string;
  readonly where?: readonly string[];
}

type Texts = 'clocksource' | 'guestName' | 'usualFrom';
type Figures = { readonly [K in keyof typeof FIGURES]?: K extends Texts ? string : number };

/** What was measured on one node over a span: means of what varies, the last of what does not. */
export interface Quantities extends Figures {
  /** Facts by name, such as "kvm_modules.parameters". Lists are joined by commas. */
  readonly facts?: Readonly<Record<string, string>>;
  /** What it measured on its guests from outside, by their names here. */
  readonly guests?: Readonly<Record<string, GuestQuantities>>;
}

/**
 * What was measured in a lab from one moment to another, µs since 1970, by node.
 * @param factsFromUs facts are told when they change, which may be before what they cause
 */
export async function readQuantities(
  store: Reader,
  lab: string,
  fromUs: number,
  toUs: number,
  factsFromUs = fromUs,
): Promise<Map<string, Quantities>> {
  const within = (us: number) => [equals('lab', lab), since(us), before(toUs)];
  const where = within(fromUs);
  const [guests, facts, ...figures] = await Promise.all([
    readGuestQuantities(store, where),
    ask(store, {
      select: [call('last', 'value')],
      from: 'nestwatch_fact',
      where: within(factsFromUs),
      by: ['node', 'fact'],
    }),
    ...Object.values<Asked>(FIGURES).map(({ select, from, where: more = [] }) =>
      ask(store, { select: [select], from, where: [...where, ...more], by: ['node'] }),
    ),
  ]);
  const found = new Map<string, Quantities>();
  const add = ({ node = '' }: Tags, more: Quantities) => found.set(node, { ...found.get(node), ...more });
  for (const { tags, rows } of facts) {
    const { node = '', fact = '' } = tags;
    const value = textIn(rows[0], 'value');
    if (value !== '') add(tags, { facts: { ...found.get(node)?.facts, [fact]: value } });
  }
  for (const [node, ofNode] of guests) add({ node }, { guests: ofNode });
  Object.keys(FIGURES).forEach((key, at) => {
    for (const { tags, rows } of figures[at] ?? []) {
      const value = rows[0]?.['value'];
      if (value !== null && value !== undefined) add(tags, { [key]: value });
    }
  });
  return found;
}
