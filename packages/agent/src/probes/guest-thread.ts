import { type Membership, parseMembership } from '../host/cgroups/membership.ts';
import { parseCpuList } from '../host/cpu-list.ts';
import { type Host, valueIn } from '../host/host.ts';
import { type ProcessStat, readProcessStat, statusLine } from '../host/process-stat.ts';

/** How this node's scheduler treats one thread. */
export interface GuestThread {
  readonly cpusAllowed: ReadonlySet<number>;
  /** The CPU that it ran on last. */
  readonly lastCpu: number | undefined;
  /** Of those classes that know it: -20 to 19. */
  readonly nice: number | undefined;
  readonly policy: Policy | undefined;
  readonly realtimePriority: number | undefined;
  readonly cgroups: Membership;
}

export type Policy = (typeof POLICIES)[number];

/** Classes by their number (sched(7), include/uapi/linux/sched.h), 4 is none. */
const POLICIES = ['other', 'fifo', 'rr', 'batch', undefined, 'idle', 'deadline', 'ext'] as const;

/** Reads a thread by its folder below /proc; undefined when it has ended. */
export async function readGuestThread(host: Host, folder: string): Promise<GuestThread | undefined> {
  const stat = await readProcessStat(host, folder);
  if (stat === undefined) return undefined;
  const status = valueIn(await host.read(`${folder}/status`, 16 * 1024)) ?? '';
  const cgroups = valueIn(await host.read(`${folder}/cgroup`, 16 * 1024)) ?? '';
  return {
    cpusAllowed: parseCpuList(statusLine(status, 'Cpus_allowed_list') ?? ''),
    cgroups: parseMembership(cgroups),
    ...schedulingIn(stat),
  };
}

/** Fields of /proc/PID/stat (proc_pid_stat(5)). The priority of ordinary threads is 20 more than their nice value. */
export function schedulingIn(stat: ProcessStat) {
  const policy = POLICIES[stat.number(41) ?? Number.NaN];
  const priority = stat.number(18);
  const isRealtime = policy === 'fifo' || policy === 'rr' || policy === 'deadline';
  return {
    lastCpu: stat.number(39),
    nice: priority === undefined || isRealtime ? undefined : priority - 20,
    policy,
    realtimePriority: isRealtime ? stat.number(40) : undefined,
  };
}
