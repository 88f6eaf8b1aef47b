import { defined } from '@nestwatch/common/defined';
import { type Host, valueIn } from '../host/host.ts';
import { type ProcessStat, readProcessStat, statusLine } from '../host/process-stat.ts';

/** The process of a guest's monitor at one moment. */
export type GuestProcess = NonNullable<Awaited<ReturnType<typeof readGuestProcess>>>;

/** QEMU with named threads, as libvirt starts it; Firecracker; Cloud Hypervisor. */
const VCPU_NAME = /^(?:CPU \d+\/|fc_vcpu \d+|vcpu\d+)/;
const MOST_THREADS = 512;

/** Threads of QEMU that exist only while it sends a guest, and while it receives one (QEMU migration/migration.h). */
const SENDS = /^(live_migration|bg_snapshot|multifdsend_|mig\/(src|snapshot)\/?)/;
const RECEIVES = /^(multifdrecv_|postcopy\/|fault-default|mig\/dst\/)/;

/**
 * Reads a monitor's process and its threads, with the ids of those that run vCPUs; undefined when it has ended. Counters
 * are ticks of user, system and guest; majorFaults; and for each vCPU thread <tid>.system, and <tid>.wait and <tid>.ran
 * in ns. `lastCpus` are those that the vCPUs ran on last; `blocked`: one sleeps in the kernel and cannot be interrupted.
 */
export async function readGuestProcess(host: Host, pid: number) {
  const whole = timesOf(await readProcessStat(host, `/proc/${pid}`));
  if (whole === undefined) return undefined;
  const status = valueIn(await host.read(`/proc/${pid}/status`, 16 * 1024)) ?? '';
  const counters: Record<string, number> = {
    user: whole.userTicks,
    system: whole.systemTicks,
    guest: whole.guestTicks,
    majorFaults: whole.majorFaults,
  };
  const vcpuThreads: string[] = [];
  const lastCpus: number[] = [];
  const found = { sends: false, receives: false, blocked: false };
  const tasks = valueIn(await host.list(`/proc/${pid}/task`)) ?? [];
  for (const task of tasks.slice(0, MOST_THREADS)) {
    const thread = timesOf(await readProcessStat(host, `/proc/${pid}/task/${task}`));
    found.sends ||= SENDS.test(thread?.name ?? '');
    found.receives ||= RECEIVES.test(thread?.name ?? '');
    // QEMU does not name its threads unless it is asked to, but only vCPUs ever spend time in a guest.
    if (thread === undefined || !(VCPU_NAME.test(thread.name) || thread.guestTicks > 0)) continue;
    vcpuThreads.push(task);
    lastCpus.push(thread.lastCpu);
    found.blocked ||= thread.state === 'D';
    counters[`${task}.system`] = thread.systemTicks;
    const scheduled = await readScheduled(host, `/proc/${pid}/task/${task}/schedstat`);
    if (scheduled === undefined) continue;
    counters[`${task}.ran`] = scheduled.ranNs;
    counters[`${task}.wait`] = scheduled.waitNs;
  }
  return { counters, vcpuThreads, lastCpus, threads: whole.threads, ...found, memory: memoryIn(status) };
}

/** Undefined when one of the fields is missing. */
export function timesOf(stat: ProcessStat | undefined) {
  if (stat === undefined) return undefined;
  const number = (field: number) => stat.number(field) ?? Number.NaN;
  const times = {
    name: stat.name,
    state: stat.state,
    majorFaults: number(12),
    userTicks: number(14),
    systemTicks: number(15),
    // Time in guest code, which is in userTicks too.
    guestTicks: number(43),
    threads: number(20),
    lastCpu: number(39),
  };
  return Object.values(times).some(Number.isNaN) ? undefined : times;
}

export type MemoryParts = ReturnType<typeof memoryIn>;

/** Sizes in /proc/PID/status (proc_pid_status(5)), given there in kB; those that are not there are missing. */
export function memoryIn(status: string) {
  const bytes = (name: string) => {
    const kilobytes = /^(\d+) kB$/.exec(statusLine(status, name) ?? '')?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  return defined({
    residentBytes: bytes('VmRSS'),
    anonymousBytes: bytes('RssAnon'),
    sharedBytes: bytes('RssShmem'),
    hugetlbBytes: bytes('HugetlbPages'),
    lockedBytes: bytes('VmLck'),
    swappedBytes: bytes('VmSwap'),
  });
}

/** ns that a thread ran, and was ready and waited: the first two numbers (Documentation/scheduler/sched-stats.rst). */
async function readScheduled(host: Host, path: string) {
  const [, ran, wait] = /^(\d+) (\d+) \d+$/m.exec(valueIn(await host.read(path, 256)) ?? '') ?? [];
  return ran === undefined ? undefined : { ranNs: Number(ran), waitNs: Number(wait) };
}
