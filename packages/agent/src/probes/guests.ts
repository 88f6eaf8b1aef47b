import type { GuestShape } from '@nestwatch/proto';
import { createGuestFinder, type GuestFinder } from '../guests/guest-finder.ts';
import { absent, known } from '../host/host.ts';
import { TICKS_PER_SECOND } from '../host/process-stat.ts';
import { createDeltaMeters, type Deltas } from './deltas.ts';
import { type GuestProcess, readGuestProcess } from './guest-process.ts';
import { probe, type Value, warmingUp } from './probe.ts';

type GuestUsage = NonNullable<Value<'guests'>['guests']>[number];

const MOST_GUESTS = 64;

/**
 * What each running guest uses here: time of its vCPUs in the guest, in the kernel (exits) and waiting for a CPU,
 * and of its monitor beside that. Seen from outside, which is where a guest that looks idle inside shows its cost.
 */
export function guests() {
  let finder: GuestFinder | undefined;
  const meters = createDeltaMeters<number>();
  const meaning = 'CPU time, memory and threads of each guest that runs here';
  return probe('guests', meaning, async ({ host, clock }) => {
    finder ??= createGuestFinder(host, clock);
    const found = await finder.find();
    if (found.state !== 'known') return found;
    const here = new Set<number>();
    const usages: GuestUsage[] = [];
    for (const guest of found.value.slice(0, MOST_GUESTS)) {
      const pid = guest.pid ?? 0;
      const process = await readGuestProcess(host, pid);
      if (process === undefined) continue;
      here.add(pid);
      const deltas = meters.next(pid, clock.monoUs(), process.counters);
      if (deltas !== undefined) usages.push(usageOf(guest, process, deltas));
    }
    meters.keepOnly(here);
    if (here.size === 0) return absent('no guest runs here');
    return usages.length === 0 ? warmingUp : known({ guests: usages });
  });
}

function usageOf(guest: GuestShape, process: GuestProcess, deltas: Deltas): GuestUsage {
  const cpus = (name: string) => {
    const ticks = deltas.rate(name);
    return ticks === undefined ? undefined : ticks / TICKS_PER_SECOND;
  };
  const inGuest = cpus('guest');
  const user = cpus('user');
  const system = cpus('system');
  const vcpuSystem = sum(process.vcpuThreads.map((thread) => cpus(`${thread}.system`)));
  const vcpuWait = sum(process.vcpuThreads.map((thread) => deltas.rate(`${thread}.wait`)));
  return {
    guest: guest.guest ?? '',
    uuid: guest.uuid ?? '',
    guestRatio: inGuest ?? null,
    // The kernel counts guest time in user too, but not to the same tick.
    userRatio: user === undefined ? null : Math.max(0, user - (inGuest ?? 0)),
    vcpuSystemRatio: vcpuSystem ?? null,
    otherSystemRatio: system === undefined ? null : Math.max(0, system - (vcpuSystem ?? 0)),
    vcpuWaitRatio: vcpuWait === undefined ? null : vcpuWait / 1e9,
    vcpus: process.vcpuThreads.length || (guest.vcpus ?? null),
    threads: process.threads,
    residentBytes: process.residentBytes ?? null,
    swappedBytes: process.swappedBytes ?? null,
    majorFaultsPerSecond: deltas.rate('majorFaults') ?? null,
    resets: deltas.resets(),
  };
}

/** Threads that are new have no rate yet; undefined when none has one. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
