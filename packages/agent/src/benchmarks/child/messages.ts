import type { Measured } from '../benchmark.ts';

/** Word of the command line that makes the agent's program do a benchmark's work and nothing else. */
export const CHILD_COMMAND = 'run-benchmark';

/** The one line that the agent writes to the child's standard input; it leaves the pipe open while it lives. */
export interface Job {
  readonly settings: unknown;
  readonly scratch: string;
}

/** Lines that the child writes to its standard output. */
export type ChildMessage =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'measured'; readonly value: Measured }
  | { readonly kind: 'done' };
