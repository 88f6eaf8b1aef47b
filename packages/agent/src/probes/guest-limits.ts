import { type CpuGroup, readCpuGroup } from '../host/cgroups/cpu-group.ts';
import type { Hierarchy } from '../host/cgroups/hierarchies.ts';
import { locate } from '../host/cgroups/membership.ts';
import { formatCpuList, parseCpuList } from '../host/cpu-list.ts';
import { type Found, type Host, valueIn } from '../host/host.ts';
import { readNumaNodes } from '../host/numa-nodes.ts';
import { type Chain, limitOf, type Throttled, throttledIn, throttlingOf, weightOf } from './cpu-limits.ts';
import { createDeltaMeters } from './deltas.ts';
import { type GuestThread, type Policy, readGuestThread } from './guest-thread.ts';
import type { ProbeContext, Value } from './probe.ts';

export type GuestLimits = NonNullable<Value<'guests'>['limits']>[number];

/** A guest and its threads. */
export interface GuestThreads {
  readonly guest: string;
  readonly uuid: string;
  readonly pid: number;
  /** Threads that run vCPUs; empty where nothing tells them from the others. */
  readonly vcpuThreads: readonly string[];
}

interface Looked extends GuestThreads {
  readonly threads: readonly GuestThread[];
  readonly chains: readonly Chain[];
  readonly unread: string;
}

/** Threads of one guest beyond these are as the others. */
const MOST_THREADS = 64;
const MOST_NAMES = 8;

/** Reads who limits the CPUs of guests. Rates are since the last reading. */
export function createGuestLimits() {
  const meters = createDeltaMeters<string>();

  /** What the cgroups of all guests say, each asked once, and how long it was stopped. */
  async function readGroups({ host, clock }: ProbeContext, chains: readonly Chain[]) {
    const groups = new Map<string, CpuGroup>();
    const throttled = new Map<string, Throttled>();
    for (const group of chains.flat()) {
      if (groups.has(group.folder)) continue;
      const found = await readCpuGroup(host, group);
      groups.set(group.folder, found);
      if (found.throttling === undefined) continue;
      const deltas = meters.next(group.folder, clock.monoUs(), { ...found.throttling });
      const since = deltas && throttledIn(deltas);
      if (since !== undefined) throttled.set(group.folder, since);
    }
    meters.keepOnly(groups);
    return { groups, throttled };
  }

  return async (
    context: ProbeContext,
    hierarchies: Found<readonly Hierarchy[]>,
    guests: readonly GuestThreads[],
  ) => {
    const { host } = context;
    const online = parseCpuList(valueIn(await host.read('/sys/devices/system/cpu/online', 4096)) ?? '');
    const nodes = await readNumaNodes(host);
    const looked: Looked[] = [];
    for (const guest of guests) looked.push(await lookAt(host, hierarchies, guest));
    const { groups, throttled } = await readGroups(
      context,
      looked.flatMap(({ chains }) => chains),
    );
    const vcpusIn = count(looked.flatMap(({ chains }) => chains.flat().map(({ folder }) => folder)));
    const bound = looked.map(({ guest, threads }) => ({ guest, cpus: cpusOf(threads, online) }));
    return looked.map((guest): GuestLimits => {
      const limit = limitOf(guest.chains, groups);
      const cpus = cpusOf(guest.threads, online);
      return {
        guest: guest.guest,
        uuid: guest.uuid,
        limitCpus: limit?.cpus ?? null,
        limitGroup: limit?.group ?? '',
        ...throttlingOf(guest.chains, throttled, vcpusIn),
        weight: weightOf(guest.chains, groups) ?? null,
        cpusAllowed: cpus.size || null,
        cpusAllowedList: formatCpuList(cpus),
        boundWith: boundWith(guest.guest, bound, online.size),
        ...schedulingOf(guest.threads),
        numaNodes: [...nodes.values()].filter((of) => [...of].some((cpu) => cpus.has(cpu))).length || null,
        unread: guest.unread,
      };
    });
  };
}

async function lookAt(
  host: Host,
  hierarchies: Found<readonly Hierarchy[]>,
  guest: GuestThreads,
): Promise<Looked> {
  const { pid, vcpuThreads } = guest;
  const ids = vcpuThreads.length === 0 ? [`${pid}`] : vcpuThreads.slice(0, MOST_THREADS);
  const threads: GuestThread[] = [];
  for (const id of ids) {
    const thread = await readGuestThread(host, `/proc/${pid}/task/${id}`);
    if (thread !== undefined) threads.push(thread);
  }
  const located = threads.map(
    ({ cgroups }): Found<Chain> =>
      hierarchies.state === 'known' ? locate(hierarchies.value, cgroups, 'cpu') : hierarchies,
  );
  const [lack] = located.filter((found) => found.state !== 'known');
  return {
    ...guest,
    threads,
    chains: located.flatMap((found) => (found.state === 'known' ? [found.value] : [])),
    unread: lack?.reason ?? '',
  };
}

/** CPUs on which threads may run, all together. */
function cpusOf(threads: readonly GuestThread[], online: ReadonlySet<number>): ReadonlySet<number> {
  const allowed = threads.flatMap(({ cpusAllowed }) => [...cpusAllowed]);
  return new Set(allowed.filter((cpu) => online.size === 0 || online.has(cpu)));
}

/** Guests that are bound to some of the same CPUs. Who may run everywhere is bound to none. */
function boundWith(
  guest: string,
  all: readonly { readonly guest: string; readonly cpus: ReadonlySet<number> }[],
  online: number,
): string {
  const bound = all.filter(({ cpus }) => cpus.size > 0 && cpus.size < online);
  const own = bound.find((each) => each.guest === guest);
  if (own === undefined) return '';
  return bound
    .filter((each) => each !== own && [...each.cpus].some((cpu) => own.cpus.has(cpu)))
    .slice(0, MOST_NAMES)
    .map((each) => each.guest)
    .join(' ');
}

/** From the class that waits longest to the one that waits least. */
const BY_PATIENCE: readonly Policy[] = ['idle', 'batch', 'other', 'ext', 'rr', 'fifo', 'deadline'];

/** Of several threads the one that is treated worst. */
function schedulingOf(threads: readonly GuestThread[]) {
  const nices = threads.flatMap(({ nice }) => nice ?? []);
  const priorities = threads.flatMap(({ realtimePriority }) => realtimePriority ?? []);
  return {
    nice: nices.length === 0 ? null : Math.max(...nices),
    policy: BY_PATIENCE.find((each) => threads.some(({ policy }) => policy === each)) ?? '',
    realtimePriority: priorities.length === 0 ? null : Math.min(...priorities),
  };
}

function count(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
