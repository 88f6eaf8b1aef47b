import { defined } from '@nestwatch/common/defined';
import { type Host, valueIn } from '../host.ts';
import { parsePressure } from '../pressure.ts';
import type { Cgroup } from './membership.ts';

/** What one cgroup says of its memory, bytes. What it does not say is absent. */
export interface MemoryGroup {
  readonly anonymousBytes?: number;
  readonly sharedBytes?: number;
  readonly swappedBytes?: number;
  readonly hugeBytes?: number;
  /** By NUMA node. */
  readonly nodes?: ReadonlyMap<number, number>;
}

/** Values from here on mean "no limit": version 1 has no word for that. */
const NO_LIMIT = 2 ** 62;

/** What a cgroup has in use; undefined where it has no controller of memory. */
export async function readMemoryGroup(
  host: Host,
  { version, folder }: Cgroup,
): Promise<MemoryGroup | undefined> {
  const stat = valueIn(await host.read(`${folder}/memory.stat`, 16 * 1024));
  if (stat === undefined) return undefined;
  if (version === 1) return parseMemoryStatV1(stat);
  const swap = bytesIn(valueIn(await host.read(`${folder}/memory.swap.current`, 64)) ?? '');
  return defined({ ...parseMemoryStatV2(stat), swappedBytes: swap });
}

/** Documentation/admin-guide/cgroup-v2.rst; huge pages of Linux 5.11 and later. */
export function parseMemoryStatV2(text: string): MemoryGroup {
  const of = linesOf(text);
  const huge = ['anon_thp', 'shmem_thp'].flatMap((name) => of.get(name) ?? []);
  return defined({
    anonymousBytes: of.get('anon'),
    sharedBytes: of.get('shmem'),
    hugeBytes: huge.length === 0 ? undefined : huge.reduce((sum, bytes) => sum + bytes, 0),
  });
}

/** Documentation/admin-guide/cgroup-v1/memory.rst; the total_ lines count what is below as well. */
export function parseMemoryStatV1(text: string): MemoryGroup {
  const of = linesOf(text);
  return defined({
    anonymousBytes: of.get('total_rss'),
    sharedBytes: of.get('total_shmem'),
    swappedBytes: of.get('total_swap'),
    hugeBytes: of.get('total_rss_huge'),
  });
}

/** The least that a cgroup allows: a hard limit, or one from which it is slowed down; undefined where it sets none. */
export async function readMemoryLimit(host: Host, { version, folder }: Cgroup): Promise<number | undefined> {
  const files = version === 2 ? ['memory.max', 'memory.high'] : ['memory.limit_in_bytes'];
  const limits: number[] = [];
  for (const file of files) {
    const bytes = bytesIn(valueIn(await host.read(`${folder}/${file}`, 64)) ?? '');
    if (bytes !== undefined && bytes < NO_LIMIT) limits.push(bytes);
  }
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** µs in which some thread of it waited for memory; undefined where the kernel does not count that. */
export async function readMemoryStall(host: Host, { folder }: Cgroup): Promise<number | undefined> {
  return parsePressure(valueIn(await host.read(`${folder}/memory.pressure`, 512)) ?? '')['some'];
}

/** Bytes in use by NUMA node, from memory.numa_stat; undefined where it tells nothing. */
export async function readMemoryNodes(
  host: Host,
  { version, folder }: Cgroup,
  pageBytes: number,
): Promise<ReadonlyMap<number, number> | undefined> {
  const text = valueIn(await host.read(`${folder}/memory.numa_stat`, 64 * 1024)) ?? '';
  return version === 2
    ? parseNumaStat(text, /^(anon|shmem) /, 1)
    : parseNumaStat(text, /^hierarchical_anon=/, pageBytes);
}

/** Adds up the lines that match: "anon N0=4096 N1=0", in units of this many bytes. */
export function parseNumaStat(
  text: string,
  wanted: RegExp,
  unitBytes: number,
): ReadonlyMap<number, number> | undefined {
  const nodes = new Map<number, number>();
  for (const line of text.split('\n').filter((each) => wanted.test(each))) {
    for (const [, node, count] of line.matchAll(/ N(\d{1,4})=(\d{1,20})/g)) {
      nodes.set(Number(node), (nodes.get(Number(node)) ?? 0) + Number(count) * unitBytes);
    }
  }
  return nodes.size === 0 ? undefined : nodes;
}

function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.matchAll(/^(\w+) (\d{1,20})$/gm);
  return new Map([...lines].map(([, name = '', bytes]) => [name, Number(bytes)]));
}

/** "max" is no number of bytes. */
function bytesIn(text: string): number | undefined {
  return /^\d{1,20}\s*$/.test(text) ? Number(text) : undefined;
}
