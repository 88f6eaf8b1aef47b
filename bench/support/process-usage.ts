import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used since it started. */
export interface Usage {
  /** CPU time of all threads, ns, as the scheduler accounts it (Documentation/scheduler/sched-stats.rst). */
  cpuNs: number;
  /** Times that a thread gave up the CPU to wait: wake-ups. */
  wakeups: number;
  residentBytes: number;
  openFiles: number;
  /** Minor faults of children that ended: it grows when a child process was run. */
  childFaults: number;
}

/** Reads what a process has used. @throws Error when it has ended. */
export function readUsage(pid: number): Usage {
  const proc = `/proc/${pid}`;
  let [cpuNs, wakeups] = [0, 0];
  for (const thread of readdirSync(`${proc}/task`)) {
    const [run = 0] = readFileSync(`${proc}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number);
    cpuNs += run;
    wakeups += numberAfter(readFileSync(`${proc}/task/${thread}/status`, 'utf8'), 'voluntary_ctxt_switches');
  }
  const stat = readFileSync(`${proc}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuNs,
    wakeups,
    residentBytes: numberAfter(readFileSync(`${proc}/status`, 'utf8'), 'VmRSS') * 1024,
    openFiles: readdirSync(`${proc}/fd`).length,
    childFaults: Number(fields[8]),
  };
}

/** Usage of several processes together. */
export function sumUsage(usages: readonly Usage[]): Usage {
  const total: Usage = { cpuNs: 0, wakeups: 0, residentBytes: 0, openFiles: 0, childFaults: 0 };
  for (const usage of usages) {
    for (const key of Object.keys(total) as (keyof Usage)[]) total[key] += usage[key];
  }
  return total;
}

/** Ids of a process and of all that it started, which still run. */
export function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

function numberAfter(text: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
