import { ask, call, type Reader } from './query.ts';

/** Asked one by one: InfluxDB 3 answers nothing at all where one field of several has never been written. */
const FIGURES = {
  /** Share of time in which its vCPUs stood still because a cgroup had used up its CPU time. */
  throttledRatio: { from: 'nestwatch_guest_limits', select: call('mean', 'throttled_ratio', 'value') },
  /** CPUs that its cgroups let it have. */
  limitCpus: { from: 'nestwatch_guest_limits', select: call('last', 'limit_cpus', 'value') },
  /** Least weight among its cgroups; 100 is usual. */
  weight: { from: 'nestwatch_guest_limits', select: call('last', 'weight', 'value') },
  /** CPUs of the parent on which its vCPUs may run. */
  cpusAllowed: { from: 'nestwatch_guest_limits', select: call('last', 'cpus_allowed', 'value') },
  nice: { from: 'nestwatch_guest_limits', select: call('last', 'nice', 'value') },
  vcpus: { from: 'nestwatch_guest_usage', select: call('last', 'vcpus', 'value') },
  swappedBytes: { from: 'nestwatch_guest_memory', select: call('last', 'swapped_bytes', 'value') },
  /** Page faults of its monitor that read from a disk. */
  majorFaultsPerSecond: {
    from: 'nestwatch_guest_usage',
    select: call('mean', 'major_faults_per_second', 'value'),
  },
  /** Share of time in which some thread of its own cgroup waited for memory. */
  memoryStallRatio: { from: 'nestwatch_guest_memory', select: call('mean', 'memory_stall_ratio', 'value') },
  /** CPUs spent polling in vain before its halts. */
  haltPollFailRatio: { from: 'nestwatch_kvm_guest', select: call('median', 'halt_poll_fail_ratio', 'value') },
} as const;

const TEXTS = {
  /** The cgroup that limits it. */
  limitGroup: { from: 'nestwatch_guest_limits', select: call('last', 'limit_group', 'value') },
  /** Scheduling class of its vCPU threads, such as "other". */
  policy: { from: 'nestwatch_guest_limits', select: call('last', 'policy', 'value') },
  cpusAllowedList: { from: 'nestwatch_guest_limits', select: call('last', 'cpus_allowed_list', 'value') },
  /** Other guests that are bound to some of the same CPUs. */
  boundWith: { from: 'nestwatch_guest_limits', select: call('last', 'bound_with', 'value') },
} as const;

/** What a node measured on one of its guests from outside, over a span. */
export type GuestQuantities = { readonly [K in keyof typeof FIGURES]?: number } & {
  readonly [K in keyof typeof TEXTS]?: string;
};

/** By node, and by the guest's name there. @param where conditions on lab and time */
export async function readGuestQuantities(
  store: Reader,
  where: readonly string[],
): Promise<Map<string, Record<string, GuestQuantities>>> {
  const asked = Object.entries({ ...FIGURES, ...TEXTS });
  const answers = await Promise.all(
    asked.map(([, { from, select }]) => ask(store, { select: [select], from, where, by: ['node', 'guest'] })),
  );
  const nodes = new Map<string, Record<string, GuestQuantities>>();
  asked.forEach(([key], at) => {
    for (const { tags, rows } of answers[at] ?? []) {
      const { node = '', guest = '' } = tags;
      const value = rows[0]?.['value'];
      if (value === null || value === undefined || value === '') continue;
      const guests = nodes.get(node) ?? {};
      nodes.set(node, { ...guests, [guest]: { ...guests[guest], [key]: value } });
    }
  });
  return nodes;
}
