import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used since it started. */
export interface Usage {
  /** CPU time of all threads, ns, as the scheduler accounts it (Documentation/scheduler/sched-stats.rst). */
  cpuNs: number;
  /** Times that a thread gave up the CPU to wait: wake-ups. */
  wakeups: number;
  residentBytes: number;
  /** Of it, what is not a mapped file such as the program's own, which processes share. */
  anonymousBytes: number;
  threads: number;
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
  const status = readFileSync(`${proc}/status`, 'utf8');
  return {
    cpuNs,
    wakeups,
    residentBytes: numberAfter(status, 'VmRSS') * 1024,
    anonymousBytes: numberAfter(status, 'RssAnon') * 1024,
    threads: numberAfter(status, 'Threads'),
    openFiles: readdirSync(`${proc}/fd`).length,
    // Field 11 of the line, cminflt: any program that ran and was waited for has touched pages.
    childFaults: Number(fields[8]),
  };
}

/** Usage of several processes together. */
export function sumUsage(usages: readonly Usage[]): Usage {
  const sum = (key: keyof Usage) => usages.reduce((total, usage) => total + usage[key], 0);
  return {
    cpuNs: sum('cpuNs'),
    wakeups: sum('wakeups'),
    residentBytes: sum('residentBytes'),
    anonymousBytes: sum('anonymousBytes'),
    threads: sum('threads'),
    openFiles: sum('openFiles'),
    childFaults: sum('childFaults'),
  };
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
