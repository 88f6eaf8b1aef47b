import type { Host } from '../host/host.ts';
import type { Counters } from './deltas.ts';
import { parseMemory, parseThread } from './process-files.ts';

/** The process of a guest's monitor at one moment. */
export interface GuestProcess {
  /** Ticks: user, system, guest; majorFaults; and for each vCPU thread <tid>.system, and <tid>.wait in ns. */
  counters: Counters;
  /** Ids of the threads that run vCPUs. */
  vcpuThreads: string[];
  threads: number;
  residentBytes?: number;
  swappedBytes?: number;
}

/** QEMU with named threads, as libvirt starts it; Firecracker; Cloud Hypervisor. */
const VCPU_NAME = /^(?:CPU \d+\/|fc_vcpu \d+|vcpu\d+)/;
const MOST_THREADS = 512;

/** Reads a monitor's process and its threads; undefined when it has ended. */
export async function readGuestProcess(host: Host, pid: number): Promise<GuestProcess | undefined> {
  const stat = await host.read(`/proc/${pid}/stat`, 4096);
  const whole = stat.state === 'known' ? parseThread(stat.value) : undefined;
  if (whole === undefined) return undefined;
  const status = await host.read(`/proc/${pid}/status`, 16 * 1024);
  const counters: Record<string, number> = {
    user: whole.userTicks,
    system: whole.systemTicks,
    guest: whole.guestTicks,
    majorFaults: whole.majorFaults,
  };
  const vcpuThreads: string[] = [];
  const tasks = await host.list(`/proc/${pid}/task`);
  for (const task of tasks.state === 'known' ? tasks.value.slice(0, MOST_THREADS) : []) {
    const file = await host.read(`/proc/${pid}/task/${task}/stat`, 4096);
    const thread = file.state === 'known' ? parseThread(file.value) : undefined;
    // QEMU does not name its threads unless told to, but only vCPUs ever spend time in a guest.
    if (thread === undefined || !(VCPU_NAME.test(thread.name) || thread.guestTicks > 0)) continue;
    vcpuThreads.push(task);
    counters[`${task}.system`] = thread.systemTicks;
    const waitNs = await readWait(host, `/proc/${pid}/task/${task}/schedstat`);
    if (waitNs !== undefined) counters[`${task}.wait`] = waitNs;
  }
  return {
    counters,
    vcpuThreads,
    threads: whole.threads,
    ...(status.state === 'known' ? parseMemory(status.value) : {}),
  };
}

/** ns that a thread was ready and waited: the second number (Documentation/scheduler/sched-stats.rst). */
async function readWait(host: Host, path: string): Promise<number | undefined> {
  const found = await host.read(path, 256);
  const wait = found.state === 'known' ? /^\d+ (\d+) \d+$/m.exec(found.value)?.[1] : undefined;
  return wait === undefined ? undefined : Number(wait);
}
