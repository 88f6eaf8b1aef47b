import type { GuestShape } from '@nestwatch/proto';
import { type GuestFinder, guestFinderOf } from '../guests/guest-finder.ts';
import { readHierarchies } from '../host/cgroups/hierarchies.ts';
import { absent, known } from '../host/host.ts';
import { TICKS_PER_SECOND } from '../host/process-stat.ts';
import { createDeltaMeters, type Deltas } from './deltas.ts';
import { createGuestLimits } from './guest-limits.ts';
import { createGuestMemory } from './guest-memory.ts';
import { createOutsideView } from './guest-outside.ts';
import { type GuestProcess, readGuestProcess } from './guest-process.ts';
import { type ProbeContext, probe, type Value, warmingUp } from './probe.ts';

type GuestUsage = NonNullable<Value<'guests'>['guests']>[number];

const MOST_GUESTS = 64;
/** What is set, and not measured, is read with every few samples, and with the first two, for rates. */
const SAMPLES_BETWEEN_LIMITS = 3;

/**
 * What each running guest uses here: time of its vCPUs in the guest, in the kernel (exits) and waiting for a CPU,
 * and of its monitor beside that. Seen from outside, which is where a guest that looks idle inside shows its cost.
 */
export function guests() {
  let finder: GuestFinder | undefined;
  let samples = 0;
  const readLimits = createGuestLimits();
  const readMemory = createGuestMemory();
  const meters = createDeltaMeters<number>();
  const outside = createOutsideView();

  /** Who limits the guests, and their memory; nothing where it is not the turn of that. */
  async function readSeldom(context: ProbeContext, running: readonly Running[]) {
    samples += 1;
    if (samples > 2 && samples % SAMPLES_BETWEEN_LIMITS !== 0) return {};
    const hierarchies = await readHierarchies(context.host);
    const limits = await readLimits(context, hierarchies, running);
    return { limits, memory: await readMemory(context, hierarchies, running) };
  }

  const meaning = 'CPU time, memory and threads of each guest that runs here, and what limits it';
  return probe('guests', meaning, async (context) => {
    const { host, clock, emit } = context;
    finder ??= guestFinderOf(host, clock);
    const found = await finder.find();
    if (found.state !== 'known') return found;
    const running: Running[] = [];
    const usages: GuestUsage[] = [];
    for (const guest of found.value.slice(0, MOST_GUESTS)) {
      const pid = guest.pid ?? 0;
      const process = await readGuestProcess(host, pid);
      if (process === undefined) continue;
      running.push(runningOf(guest, process));
      const deltas = meters.next(pid, clock.monoUs(), process.counters);
      if (deltas === undefined) continue;
      const seen = outside.next(guest, process, deltas, clock.wallUs(), emit);
      usages.push({ ...usageOf(guest, process, deltas), ...seen });
    }
    const here = new Set(running.map(({ pid }) => pid));
    meters.keepOnly(here);
    outside.keepOnly(here);
    if (running.length === 0) return absent('no guest runs here');
    const seldom = await readSeldom(context, running);
    return usages.length === 0 ? warmingUp : known({ guests: usages, ...seldom });
  });
}

type Running = ReturnType<typeof runningOf>;

function runningOf(guest: GuestShape, { vcpuThreads, lastCpus, memory }: GuestProcess) {
  return {
    guest: guest.guest ?? '',
    uuid: guest.uuid ?? '',
    pid: guest.pid ?? 0,
    givenBytes: guest.memoryBytes ?? undefined,
    parts: memory,
    vcpuThreads,
    lastCpus,
  };
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
    residentBytes: process.memory.residentBytes ?? null,
    swappedBytes: process.memory.swappedBytes ?? null,
    majorFaultsPerSecond: deltas.rate('majorFaults') ?? null,
    resets: deltas.resets(),
  };
}

/** Threads that are new have no rate yet; undefined when none has one. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
