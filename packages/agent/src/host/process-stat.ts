import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, valueIn } from './host.ts';

/** USER_HZ, in which /proc tells CPU time and the start of processes: 100 on every architecture that has KVM. */
export const TICKS_PER_SECOND = 100;

/** One line of /proc/PID/stat or /proc/PID/task/TID/stat (proc(5)). */
export interface ProcessStat {
  readonly name: string;
  /** One letter, such as R or S; Z and X for one that has ended. */
  readonly state: string;
  /** A field by its number in proc(5); undefined where it is not a whole number from 0 on. */
  number(field: number): number | undefined;
}

/** Reads the stat file of a process or thread; undefined when it has ended. */
export async function readProcessStat(host: Host, folder: string): Promise<ProcessStat | undefined> {
  return parseProcessStat(valueIn(await host.read(`${folder}/stat`, 4096)) ?? '');
}

/** Undefined when it is another line. The name, field 2, stands in brackets and may hold brackets and blanks. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const afterName = text.slice(close + 2).trim();
  const fields = afterName.split(' ');
  return {
    name: text.slice(open + 1, close),
    state: fields[0] ?? '',
    number(field) {
      const digits = fields[field - 3];
      return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined;
    },
  };
}

/** The CPU that this thread last ran on; 0 where /proc does not say. */
export function currentCpu(root = '/'): number {
  try {
    return parseProcessStat(readFileSync(join(root, '/proc/self/stat'), 'utf8'))?.number(39) ?? 0;
  } catch {
    return 0;
  }
}

/** One line of /proc/PID/status (proc(5)) by its name, such as "VmRSS", without what stands before the value. */
export function statusLine(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1];
}

/** The process that a thread belongs to; the thread itself where /proc does not say. */
export async function processOf(host: Host, thread: number): Promise<number> {
  const process = statusLine(valueIn(await host.read(`/proc/${thread}/status`)) ?? '', 'Tgid');
  return Number(process ?? thread);
}
