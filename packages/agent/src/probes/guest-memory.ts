import type { Hierarchy } from '../host/cgroups/hierarchies.ts';
import { readMemoryNodes } from '../host/cgroups/memory-group.ts';
import { type Found, type Host, known, parseFound, valueIn } from '../host/host.ts';
import { hugeBytesIn, parseNumaMaps } from '../host/memory-maps.ts';
import { readNumaNodes } from '../host/numa-nodes.ts';
import { readPageSize } from '../host/page-size.ts';
import { createCostlyFiles } from './costly-files.ts';
import { createDeltaMeters } from './deltas.ts';
import type { MemoryParts } from './guest-process.ts';
import { type MemoryCgroup, readMemoryCgroup } from './memory-cgroup.ts';
import type { ProbeContext, Value } from './probe.ts';

type GuestMemory = NonNullable<Value<'guests'>['memory']>[number];

/** A guest's process and its memory. */
export interface GuestWithMemory {
  readonly guest: string;
  readonly uuid: string;
  readonly pid: number;
  readonly givenBytes: number | undefined;
  readonly parts: MemoryParts;
  /** CPUs on which its vCPUs ran last. */
  readonly lastCpus: readonly number[];
}

type Nodes = ReadonlyMap<number, ReadonlySet<number>>;

/** Reads the memory of guests as this node sees it. Rates are since the last reading. */
export function createGuestMemory() {
  const stalls = createDeltaMeters<number>();
  const costly = createCostlyFiles();
  let pageBytes: number | undefined;

  function stallRatio({ clock }: ProbeContext, pid: number, stalledUs: number | undefined): number | null {
    const deltas = stalledUs === undefined ? undefined : stalls.next(pid, clock.monoUs(), { stalledUs });
    const rate = deltas?.rate('stalledUs');
    return rate === undefined ? null : Math.min(1, rate / 1e6);
  }

  /** The cgroup tells at no cost; else the kernel has to walk all of the process's memory. */
  function hugeBytes(context: ProbeContext, pid: number, { own }: MemoryCgroup): Found<number> {
    const { hugeBytes } = own?.usage ?? {};
    return hugeBytes === undefined
      ? costly.look(context, `/proc/${pid}/smaps_rollup`, hugeBytesIn)
      : known(hugeBytes);
  }

  async function bytesByNode(context: ProbeContext, pid: number, bytes: number, { own }: MemoryCgroup) {
    const ofGroup = own && (await readMemoryNodes(context.host, own.cgroup, bytes));
    return ofGroup ?? valueIn(costly.look(context, `/proc/${pid}/numa_maps`, parseNumaMaps));
  }

  async function readMemory(
    context: ProbeContext,
    hierarchies: Found<readonly Hierarchy[]>,
    { guest, uuid, pid, givenBytes, parts, lastCpus }: GuestWithMemory,
    { nodes, merges, bytes }: { nodes: Nodes; merges: boolean; bytes: number },
  ): Promise<GuestMemory> {
    const { host } = context;
    const cgroup = await readMemoryCgroup(host, hierarchies, pid, parts);
    const huge = hugeBytes(context, pid, cgroup);
    const mergedPages = merges ? await readMergedPages(host, pid) : undefined;
    const byNode = nodes.size < 2 ? undefined : await bytesByNode(context, pid, bytes, cgroup);
    const lacks = [cgroup.lack, huge.state === 'known' ? undefined : huge.reason];
    return {
      guest,
      uuid,
      givenBytes: givenBytes ?? null,
      ...parts,
      swappedBytes: largest(parts.swappedBytes, cgroup.own?.usage.swappedBytes),
      hugeBytes: valueIn(huge) ?? null,
      mergedBytes: mergedPages === undefined ? null : mergedPages * bytes,
      memoryStallRatio: stallRatio(context, pid, cgroup.stalledUs),
      limitBytes: cgroup.limit?.bytes ?? null,
      limitGroup: cgroup.limit?.path ?? '',
      remoteRatio: remoteShare(byNode, nodes, lastCpus),
      unread: lacks.filter((lack) => lack !== undefined).join('; '),
    };
  }

  return async (
    context: ProbeContext,
    hierarchies: Found<readonly Hierarchy[]>,
    guests: readonly GuestWithMemory[],
  ): Promise<GuestMemory[]> => {
    const { host } = context;
    pageBytes ??= await readPageSize(host);
    const merged = valueIn(await host.read('/sys/kernel/mm/ksm/pages_sharing', 64));
    const shared = { nodes: await readNumaNodes(host), merges: Number(merged ?? 0) > 0, bytes: pageBytes };
    const here = new Set(guests.map(({ pid }) => pid));
    stalls.keepOnly(here);
    costly.keepOnly(here);
    const memories: GuestMemory[] = [];
    for (const guest of guests) memories.push(await readMemory(context, hierarchies, guest, shared));
    return memories;
  };
}

/** Of Linux 6.1 and later (Documentation/admin-guide/mm/ksm.rst). */
async function readMergedPages(host: Host, pid: number): Promise<number | undefined> {
  const path = `/proc/${pid}/ksm_merging_pages`;
  const parse = (text: string) => (/^\d{1,15}\s*$/.test(text) ? Number(text) : undefined);
  return valueIn(parseFound(await host.read(path, 64), parse, path));
}

/** The share of memory on other nodes than those of some CPUs; null where nothing tells. */
export function remoteShare(
  byNode: ReadonlyMap<number, number> | undefined,
  nodes: Nodes,
  cpus: readonly number[],
): number | null {
  const near = [...nodes].filter(([, of]) => cpus.some((cpu) => of.has(cpu))).map(([node]) => node);
  const all = [...(byNode ?? [])];
  const total = all.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (near.length === 0 || total === 0) return null;
  const remote = all.filter(([node]) => !near.includes(node)).reduce((sum, [, bytes]) => sum + bytes, 0);
  return remote / total;
}

function largest(...values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}
