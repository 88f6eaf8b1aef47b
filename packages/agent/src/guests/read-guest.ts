import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { type Host, valueIn } from '../host/host.ts';
import { type ProcessStat, readProcessStat, TICKS_PER_SECOND } from '../host/process-stat.ts';
import { readUptime } from '../host/uptime.ts';
import { resolveAccelerator } from './accelerator-in-use.ts';
import { splitCommandLine } from './arguments.ts';
import { parseCloudHypervisor } from './cloud-hypervisor.ts';
import { parseCrosvm } from './crosvm.ts';
import { parseFirecracker, parseFirecrackerConfig } from './firecracker.ts';
import { parseKvmtool } from './kvmtool.ts';
import { isOwn } from './own-guests.ts';
import { parseQemu } from './qemu/guest.ts';
import { type Vmm, vmmOf, withoutLoader } from './vmm.ts';

export interface RunningGuest {
  /** Ticks since boot at which its process started: with the pid, one run of one guest. */
  readonly startTicks: number;
  readonly guest: GuestShape;
}

/** `none`: it runs none, or has ended meanwhile. `waiting`: a monitor that gets its guest through its API later. */
export type Examined = RunningGuest | 'none' | 'waiting';

const MAX_COMMAND_LINE = 256 * 1024;
/** Fields of /proc/PID/stat (proc(5)). */
const THREADS = 20;
const START_TICKS = 22;

/**
 * Reads the guest that a process runs. Every monitor has a thread beside its first: what has one only, as most of the
 * processes do that come and go, is none, and its command line, which may hang, is not read.
 */
export async function readGuest(host: Host, clock: Clock, pid: number): Promise<Examined> {
  const stat = await readLiving(host, pid);
  const startTicks = stat?.number(START_TICKS);
  if (startTicks === undefined || stat?.number(THREADS) === 1) return 'none';
  const cmdline = await host.read(`/proc/${pid}/cmdline`, MAX_COMMAND_LINE);
  if (cmdline.state !== 'known') return 'none';
  const words = withoutLoader(splitCommandLine(cmdline.value));
  const vmm = vmmOf(words);
  if (vmm === undefined) return 'none';
  const guest = await READERS[vmm](host, pid, words);
  if (guest === undefined) return vmm === 'qemu' ? 'none' : 'waiting';
  const startedWallUs = await startOf(host, clock, startTicks);
  return { startTicks, guest: defined({ ...guest, pid, startedWallUs }) };
}

/** Ticks since boot at which a process started; undefined when it has ended, noticed by its parent or not. */
export async function readStartTicks(host: Host, pid: number): Promise<number | undefined> {
  return (await readLiving(host, pid))?.number(START_TICKS);
}

async function readLiving(host: Host, pid: number): Promise<ProcessStat | undefined> {
  const stat = await readProcessStat(host, `/proc/${pid}`);
  return stat === undefined || /^[ZX]/.test(stat.state) ? undefined : stat;
}

async function startOf(host: Host, clock: Clock, startTicks: number): Promise<number | undefined> {
  const uptime = valueIn(await readUptime(host));
  return uptime === undefined
    ? undefined
    : Math.round(clock.wallUs() - (uptime - startTicks / TICKS_PER_SECOND) * 1e6);
}

type Reader = (host: Host, pid: number, words: readonly string[]) => Promise<GuestShape | undefined>;

const READERS: Readonly<Record<Vmm, Reader>> = {
  qemu: async (host, pid, words) => {
    const parsed = parseQemu(words);
    return parsed === undefined || isOwn(parsed.guest) ? undefined : resolveAccelerator(host, pid, parsed);
  },
  // Given its guest at the start, or through the API: then its threads show that it runs, and nothing what it is.
  'cloud-hypervisor': async (host, pid, words) => {
    const { guest, isComplete } = parseCloudHypervisor(words);
    if (isComplete) return guest;
    const vcpus = await countThreads(host, pid, /^vcpu\d+$/);
    return vcpus === 0 ? undefined : { ...guest, vcpus };
  },
  firecracker: async (host, pid, words) => {
    const { guest, configFile } = parseFirecracker(words);
    const vcpus = (await countThreads(host, pid, /^fc_vcpu \d+$/)) || undefined;
    if (configFile === undefined) return vcpus === undefined ? undefined : { ...guest, vcpus };
    return defined({ ...guest, vcpus, ...(await readConfig(host, pid, configFile)) });
  },
  crosvm: async (host, pid, words) => whileItRuns(host, pid, /^crosvm_vcpu\d+$/, parseCrosvm(words)),
  kvmtool: async (host, pid, words) => whileItRuns(host, pid, /^kvm-vcpu-\d+$/, parseKvmtool(words)),
};

/** The guest of a process in which virtual CPUs run, which tell how many it has where the command line does not. */
async function whileItRuns(
  host: Host,
  pid: number,
  thread: RegExp,
  guest: GuestShape | undefined,
): Promise<GuestShape | undefined> {
  if (guest === undefined) return undefined;
  const vcpus = await countThreads(host, pid, thread);
  return vcpus === 0 ? undefined : { ...guest, vcpus: guest.vcpus ?? vcpus };
}

/** The file as the process sees it: below its own root, which a jailer changes, and its own folder. */
async function readConfig(host: Host, pid: number, path: string): Promise<GuestShape> {
  const below = path.startsWith('/') ? `/proc/${pid}/root${path}` : `/proc/${pid}/cwd/${path}`;
  return parseFirecrackerConfig(valueIn(await host.read(below)) ?? '');
}

async function countThreads(host: Host, pid: number, name: RegExp): Promise<number> {
  let count = 0;
  for (const thread of valueIn(await host.list(`/proc/${pid}/task`)) ?? []) {
    const comm = valueIn(await host.read(`/proc/${pid}/task/${thread}/comm`, 64));
    if (comm !== undefined && name.test(comm.trim())) count += 1;
  }
  return count;
}
