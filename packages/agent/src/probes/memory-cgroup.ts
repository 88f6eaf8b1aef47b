import { defined } from '@nestwatch/common/defined';
import type { Hierarchy } from '../host/cgroups/hierarchies.ts';
import { type Cgroup, locate, type Membership, parseMembership } from '../host/cgroups/membership.ts';
import {
  type MemoryGroup,
  readMemoryGroup,
  readMemoryLimit,
  readMemoryStall,
} from '../host/cgroups/memory-group.ts';
import { type Found, type Host, valueIn } from '../host/host.ts';
import type { MemoryParts } from './guest-process.ts';

/** What the cgroups of a guest's monitor say of its memory. */
export interface MemoryCgroup {
  /** The cgroup that is its own, and what that has in use; absent where it shares one with others. */
  readonly own?: { readonly cgroup: Cgroup; readonly usage: MemoryGroup };
  /** µs in which some thread of its own cgroup waited for memory, since it was made. */
  readonly stalledUs?: number;
  /** The least that one of its cgroups allows. */
  readonly limit?: { readonly bytes: number; readonly path: string };
  /** Why there is no cgroup to ask. */
  readonly lack?: string;
}

/** A cgroup is a monitor's own when so much of its memory is the monitor's: beside it there may be helpers. */
const OWN_SHARE = 0.8;

export async function readMemoryCgroup(
  host: Host,
  hierarchies: Found<readonly Hierarchy[]>,
  pid: number,
  parts: MemoryParts,
): Promise<MemoryCgroup> {
  if (hierarchies.state !== 'known') return { lack: hierarchies.reason };
  const membership = parseMembership(valueIn(await host.read(`/proc/${pid}/cgroup`, 16 * 1024)) ?? '');
  const chain = locate(hierarchies.value, membership, 'memory');
  if (chain.state !== 'known') return { lack: chain.reason };
  const { limit, nearest } = await readChain(host, chain.value);
  const own = nearest !== undefined && isOwn(nearest.usage, parts) ? nearest : undefined;
  const stalls = own && stallCgroup(hierarchies.value, membership, own.cgroup);
  return defined({ own, limit, stalledUs: stalls && (await readMemoryStall(host, stalls)) });
}

/** The nearest cgroup that counts memory, and the least limit: cgroups of threads have neither, those above them do. */
async function readChain(host: Host, chain: readonly Cgroup[]) {
  let nearest: MemoryCgroup['own'];
  let limit: MemoryCgroup['limit'];
  for (const cgroup of chain) {
    const usage = nearest === undefined ? await readMemoryGroup(host, cgroup) : undefined;
    if (usage !== undefined) nearest = { cgroup, usage };
    const bytes = await readMemoryLimit(host, cgroup);
    if (bytes !== undefined && bytes < (limit?.bytes ?? Number.POSITIVE_INFINITY)) {
      limit = { bytes, path: cgroup.path };
    }
  }
  return { nearest, limit };
}

/** Version 1 counts no stalls; beside it, version 2 may know the same cgroup by the same path. */
function stallCgroup(
  hierarchies: readonly Hierarchy[],
  membership: Membership,
  own: Cgroup,
): Cgroup | undefined {
  if (own.version === 2) return own;
  const chain = locate(
    hierarchies.filter(({ version }) => version === 2),
    membership,
    '',
  );
  return valueIn(chain)?.find(({ path }) => path === own.path);
}

/** Huge pages that are reserved are counted in neither. */
function isOwn(
  { anonymousBytes = 0, sharedBytes = 0, swappedBytes = 0 }: MemoryGroup,
  parts: MemoryParts,
): boolean {
  const ofGroup = anonymousBytes + sharedBytes + swappedBytes;
  const ofProcess = (parts.anonymousBytes ?? 0) + (parts.sharedBytes ?? 0) + (parts.swappedBytes ?? 0);
  return ofGroup > 0 && ofProcess >= OWN_SHARE * ofGroup;
}
