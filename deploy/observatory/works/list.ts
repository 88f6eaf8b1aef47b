import type { ProgramName } from './works.ts';

/** One of the pieces of work that an observation counts. */
export interface Work {
  readonly name: WorkName;
  /** As the table calls it. */
  readonly title: string;
  /** What one piece is, and how many pieces are done; undefined where it is one whole. */
  readonly pieces: number;
  readonly piece: string;
  /** Whether it is repeated until two agree; the others are given with their spread. */
  readonly exact: boolean;
  /** What the CPU does meanwhile, whose ticks are taken off: it runs all the time, or it waits for most of it. */
  readonly meanwhile: 'runs' | 'waits';
}

const work = (
  name: WorkName,
  title: string,
  pieces: number,
  piece: string,
  exact: boolean,
  meanwhile: Work['meanwhile'],
): Work => ({ name, title, pieces, piece, exact, meanwhile });

export const WORK_NAMES = [
  'boot',
  'cpuid',
  'timer',
  'touch',
  'read',
  'packet',
  'spawn',
  'wake',
  'idle',
  'ipi',
] as const;
export type WorkName = (typeof WORK_NAMES)[number];

/** In their order within a layer, the most telling first. */
export const WORKS: readonly Work[] = [
  work('boot', 'boot to user space', 1, 'boot', false, 'runs'),
  work('cpuid', '1,000 CPUID', 1000, 'CPUID', true, 'runs'),
  work('timer', '1,000 timers of 1 ms', 1000, 'timer', true, 'waits'),
  work('touch', 'first touch of 64 MiB', 16_384, 'page of 4 KiB', true, 'runs'),
  work('spawn', 'fork and exec, 200 times', 200, 'process', false, 'runs'),
  work('wake', '1,000 wake-ups of threads', 1000, 'wake-up', false, 'runs'),
  work('read', '1,000 reads of 4 KiB', 1000, 'read', true, 'waits'),
  work('packet', '1,000 small packets and their answers', 1000, 'packet', false, 'waits'),
  work('idle', 'idle', 1, 'idle', false, 'waits'),
  work('ipi', '1,000 calls to another CPU', 1000, 'call', false, 'waits'),
];

export function workOf(name: WorkName): Work {
  const found = WORKS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no work ${name}`);
  return found;
}

/** Those that a program does in a layer that is up, and its name. */
export const PROGRAM_OF: Partial<Readonly<Record<WorkName, ProgramName>>> = {
  cpuid: 'cpuid',
  timer: 'timer',
  touch: 'touch',
  read: 'read',
  packet: 'packet',
  spawn: 'spawn',
  wake: 'wake',
  idle: 'idle',
  ipi: 'call',
};
