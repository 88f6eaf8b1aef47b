import { runProcess } from '../../host/child-process.ts';
import { ownNode } from '../../host/own-node.ts';
import type { Measured } from '../benchmark.ts';

/** Word of the command line that makes the agent's program do a benchmark's work and nothing else. */
const CHILD_COMMAND = 'run-benchmark';

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

// The child has its settings from its job; a file given only to the agent must not matter.
const NO_CONFIG_FILE = ['--config', '/dev/null'];

export interface ChildOptions {
  /** The agent's program: the same file that runs now. */
  readonly program: string;
  readonly benchmark: string;
  readonly job: Job;
  readonly limitMs: number;
  /** Aborting it kills the child at once. */
  readonly signal: AbortSignal;
  onMeasured(value: Measured): void;
  onProgress(text: string): void;
}

/** How a child ended. What it had measured until then has been handed over in any case. */
export type ChildEnd =
  | { readonly how: 'done' }
  | { readonly how: 'failed'; readonly reason: string }
  | { readonly how: 'timed-out' }
  | { readonly how: 'stopped' };

/** Runs one benchmark's work in a child process of its own group, and kills the group at the limit. Never throws. */
export async function runInChild(options: ChildOptions): Promise<ChildEnd> {
  const { program, benchmark, job, limitMs, signal } = options;
  let complete = false;
  const [node, ...first] = ownNode();
  const { how, code, problem, complaint } = await runProcess(
    node,
    [...first, program, CHILD_COMMAND, benchmark, ...NO_CONFIG_FILE],
    {
      cwd: job.scratch,
      limitMs,
      signal,
      input: `${JSON.stringify(job)}\n`,
      onLine(line) {
        const message = parse(line);
        if (message?.kind === 'measured') options.onMeasured(message.value);
        else if (message?.kind === 'progress') options.onProgress(message.text);
        else if (message?.kind === 'done') complete = true;
      },
    },
  );
  if (how === 'timed-out' || how === 'stopped') return { how };
  if (how === 'not-started') {
    return { how: 'failed', reason: `its process could not be started: ${problem}` };
  }
  if (complete && code === 0) return { how: 'done' };
  return { how: 'failed', reason: complaint || `its process ${problem || 'ended too early'}` };
}

function parse(line: string): ChildMessage | undefined {
  try {
    return JSON.parse(line) as ChildMessage;
  } catch {
    return undefined;
  }
}
