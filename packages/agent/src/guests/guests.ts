import type { Clock } from '@nestwatch/common/clock';
import type { GuestShape } from '@nestwatch/proto';
import type { Host } from '../host/host.ts';
import { splitCommandLine } from './arguments.ts';
import { parseCloudHypervisor } from './cloud-hypervisor.ts';
import { parseFirecracker, parseFirecrackerConfig } from './firecracker.ts';
import { parseStartTicks, startedWallUs } from './process-stat.ts';
import { type ParsedGuest, parseQemu } from './qemu/guest.ts';
import { type Vmm, vmmOf, withoutLoader } from './vmm.ts';

export interface RunningGuest {
  /** Ticks since boot at which its process started: with the pid, one run of one guest. */
  readonly startTicks: number;
  readonly guest: GuestShape;
}

const MAX_COMMAND_LINE = 256 * 1024;

/**
 * Reads the guest that a process runs. `none`: it runs none, or has ended meanwhile. `waiting`: it is a monitor that is
 * to be told its guest through its API.
 */
export async function readGuest(
  host: Host,
  clock: Clock,
  pid: number,
): Promise<RunningGuest | 'none' | 'waiting'> {
  const cmdline = await host.read(`/proc/${pid}/cmdline`, MAX_COMMAND_LINE);
  if (cmdline.state !== 'known') return 'none';
  const words = withoutLoader(splitCommandLine(cmdline.value));
  const vmm = vmmOf(words);
  const startTicks = vmm === undefined ? undefined : await readStartTicks(host, pid);
  if (vmm === undefined || startTicks === undefined) return 'none';
  const guest = await READERS[vmm](host, pid, words);
  if (guest === undefined) return vmm === 'qemu' ? 'none' : 'waiting';
  const uptime = await host.read('/proc/uptime', 256);
  const started =
    uptime.state === 'known' ? startedWallUs(startTicks, clock.wallUs(), uptime.value) : undefined;
  return { startTicks, guest: { ...guest, pid, ...(started !== undefined && { startedWallUs: started }) } };
}

export async function readStartTicks(host: Host, pid: number): Promise<number | undefined> {
  const stat = await host.read(`/proc/${pid}/stat`, 4096);
  return stat.state === 'known' ? parseStartTicks(stat.value) : undefined;
}

type Reader = (host: Host, pid: number, words: readonly string[]) => Promise<GuestShape | undefined>;

const READERS: Readonly<Record<Vmm, Reader>> = {
  qemu: async (host, pid, words) => {
    const parsed = parseQemu(words);
    return parsed === undefined ? undefined : settleAccelerator(host, pid, parsed);
  },
  'cloud-hypervisor': readCloudHypervisor,
  firecracker: readFirecracker,
};

/** Where QEMU was told to try KVM first and emulate otherwise, what it holds open tells which it was. */
async function settleAccelerator(host: Host, pid: number, parsed: ParsedGuest): Promise<GuestShape> {
  if (parsed.accelerators === undefined) return parsed.guest;
  const files = await host.list(`/proc/${pid}/fd`);
  if (files.state !== 'known') return parsed.guest;
  for (const file of files.value) {
    const target = await host.link(`/proc/${pid}/fd/${file}`);
    if (target.state === 'known' && /^(anon_inode:)?\[?kvm-vm/.test(target.value)) {
      return { ...parsed.guest, accelerator: 'kvm' };
    }
  }
  return { ...parsed.guest, accelerator: parsed.accelerators.find((name) => name !== 'kvm') ?? '' };
}

/** Given its guest at the start, or through the API: then its threads show that it runs, and nothing what it is. */
async function readCloudHypervisor(
  host: Host,
  pid: number,
  words: readonly string[],
): Promise<GuestShape | undefined> {
  const { guest, isComplete } = parseCloudHypervisor(words);
  if (isComplete) return guest;
  const vcpus = await countThreads(host, pid, /^vcpu\d+$/);
  return vcpus === 0 ? undefined : { ...guest, vcpus };
}

async function readFirecracker(
  host: Host,
  pid: number,
  words: readonly string[],
): Promise<GuestShape | undefined> {
  const { guest, configFile } = parseFirecracker(words);
  const vcpus = await countThreads(host, pid, /^fc_vcpu \d+$/);
  if (configFile !== undefined) {
    return { ...guest, ...(vcpus > 0 && { vcpus }), ...(await readConfig(host, pid, configFile)) };
  }
  return vcpus === 0 ? undefined : { ...guest, vcpus };
}

/** The file as the process sees it: below its own root, which a jailer changes, and its own folder. */
async function readConfig(host: Host, pid: number, path: string): Promise<GuestShape> {
  const below = path.startsWith('/') ? `/proc/${pid}/root${path}` : `/proc/${pid}/cwd/${path}`;
  const text = await host.read(below);
  return text.state === 'known' ? parseFirecrackerConfig(text.value) : {};
}

async function countThreads(host: Host, pid: number, name: RegExp): Promise<number> {
  const threads = await host.list(`/proc/${pid}/task`);
  let count = 0;
  for (const thread of threads.state === 'known' ? threads.value : []) {
    const found = await host.read(`/proc/${pid}/task/${thread}/comm`, 64);
    if (found.state === 'known' && name.test(found.value.trim())) count += 1;
  }
  return count;
}
