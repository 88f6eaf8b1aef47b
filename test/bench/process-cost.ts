import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that a process's threads have used, s: what the scheduler counted, in ns (proc(5), schedstat). */
export function cpuSeconds(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1e9;
}

export interface Memory {
  residentMb: number;
  /** Without the program file that is mapped, which processes share. */
  anonymousMb: number;
  threads: number;
}

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    residentMb: number('VmRSS') / 1024,
    anonymousMb: number('RssAnon') / 1024,
    threads: number('Threads'),
  };
}

/** Page faults of children that have ended, and children that run: both stay as they are when none is started. */
export function childrenOf(pid: number): { endedFaults: number; running: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const running = readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'))
    .join('');
  // Field 11 of the line, cminflt: any program that ran and was waited for has touched pages.
  return { endedFaults: Number(fields[8]), running };
}
