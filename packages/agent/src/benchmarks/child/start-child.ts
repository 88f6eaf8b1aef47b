import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { messageOf } from '@nestwatch/common/errors';
import type { Measured } from '../benchmark.ts';
import { CHILD_COMMAND, type ChildMessage, type Job } from './messages.ts';

// The child has its settings from its job; a file that only the agent was told of must not matter.
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
  if (options.signal.aborted) return { how: 'stopped' };
  const child = spawn(
    process.execPath,
    [options.program, CHILD_COMMAND, options.benchmark, ...NO_CONFIG_FILE],
    {
      cwd: options.job.scratch,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let cause: ChildEnd | undefined;
  const end = (reason: ChildEnd) => {
    cause ??= reason;
    killGroup(child.pid);
  };
  const stop = () => end({ how: 'stopped' });
  const timer = setTimeout(() => end({ how: 'timed-out' }), options.limitMs);
  options.signal.addEventListener('abort', stop, { once: true });

  const complaints = tail(child.stderr);
  let complete = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parse(line);
    if (message?.kind === 'measured') options.onMeasured(message.value);
    else if (message?.kind === 'progress') options.onProgress(message.text);
    else if (message?.kind === 'done') complete = true;
  });
  // The child may end before it has read its job; how it ended says more than the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(options.job)}\n`);

  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...how) => resolve(how));
    });
    if (cause !== undefined) return cause;
    if (complete && code === 0) return { how: 'done' };
    return { how: 'failed', reason: complaints() || `its process ended with ${signal ?? `status ${code}`}` };
  } catch (error) {
    return { how: 'failed', reason: `its process could not be started: ${messageOf(error)}` };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
    // Whatever the work left running goes with it.
    killGroup(child.pid);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

const TAIL_CHARACTERS = 500;

/** Keeps the end of what a stream says, on one line. */
function tail(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-TAIL_CHARACTERS);
  });
  return () => text.trim().replace(/\s*\n\s*/g, '; ');
}

function parse(line: string): ChildMessage | undefined {
  try {
    return JSON.parse(line) as ChildMessage;
  } catch {
    return undefined;
  }
}
