import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Time for which a process was ready to run and had no CPU, ms: of its thread that waited longest. 0 where the kernel
 * does not count it. Source: /proc/PID/task/TID/schedstat, second field, ns (Documentation/scheduler/sched-stats.rst).
 */
export function waitedForCpuMs(pid: number, proc = '/proc'): number {
  const tasks = join(proc, String(pid), 'task');
  let longest = 0;
  try {
    for (const task of readdirSync(tasks)) {
      longest = Math.max(longest, waitIn(readFileSync(join(tasks, task, 'schedstat'), 'utf8')));
    }
  } catch {
    // The process or the thread ended, or the kernel has no such figures.
  }
  return longest / 1e6;
}

function waitIn(schedstat: string): number {
  const waitNs = Number(schedstat.split(' ')[1]);
  return Number.isFinite(waitNs) ? waitNs : 0;
}
