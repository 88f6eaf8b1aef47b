import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { messageOf } from '@nestwatch/common/errors';
import { linkSignals, TimeLimitError } from '@nestwatch/common/link-signals';

export interface ProcessOptions {
  /** Kills it when aborted. */
  readonly signal: AbortSignal;
  /** Kills it after this many ms. */
  readonly limitMs?: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to its standard input, which stays open as long as both live; without it, that is empty. */
  readonly input?: string;
  /** Kills it when it writes more characters to standard output; without it, only the end of a flood is kept. */
  readonly maxOutput?: number;
  /** Keeps it in this process's group, to be killed together with it. By default it leads a group of its own. */
  readonly sameGroup?: boolean;
  /** Called with each line of standard output. */
  onLine?(line: string): void;
}

export interface ProcessEnd {
  /** By itself, by somebody's signal, not even started; the last three are kills by the options. */
  readonly how: 'exited' | 'signalled' | 'not-started' | 'stopped' | 'timed-out' | 'flooded';
  /** When it exited by itself. */
  readonly code?: number;
  /** What went wrong, in words; empty for exit code 0. */
  readonly problem: string;
  readonly stdout: string;
  readonly stderr: string;
  /** The end of standard error, on one line. */
  readonly complaint: string;
}

type Cause = Pick<ProcessEnd, 'how' | 'code' | 'problem'>;

const KEPT_CHARACTERS = 4 * 1024 * 1024;
const COMPLAINT_CHARACTERS = 500;

/**
 * Runs a program to its end, without a shell. What a program in a group of its own leaves running ends with it.
 * Never throws: what went wrong is in the end that it resolves to.
 */
export async function runProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessEnd> {
  const kept = { stdout: '', stderr: '' };
  const { signal, release } = linkSignals([options.signal], options.limitMs);
  const { problem, ...how } = signal.aborted
    ? aborted(signal.reason)
    : await untilEnd(program, args, { ...options, signal }, kept).catch(notStarted);
  release();
  const complaint = kept.stderr
    .trim()
    .slice(-COMPLAINT_CHARACTERS)
    .replace(/\s*\n\s*/g, '; ');
  return { ...how, problem, ...kept, complaint };
}

function untilEnd(
  program: string,
  args: readonly string[],
  { signal, cwd, env, input, maxOutput, sameGroup = false, onLine }: ProcessOptions,
  kept: { stdout: string; stderr: string },
): Promise<Cause> {
  return new Promise((resolve) => {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(program, args, { cwd, env, detached: !sameGroup, stdio: [stdin, 'pipe', 'pipe'] });
    let killed: Cause | undefined;
    const kill = (cause: Cause) => {
      killed ??= cause;
      if (sameGroup) child.kill('SIGKILL');
      else killGroup(child.pid);
    };
    const onAbort = () => kill(aborted(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    const end = (cause: Cause) => {
      signal.removeEventListener('abort', onAbort);
      resolve(killed ?? cause);
    };
    child.once('error', (error) => end(notStarted(error)));
    child.once('exit', () => {
      if (!sameGroup) killGroup(child.pid);
      // What has left the group may hold its output open. What was written until now is read first.
      if (killed !== undefined)
        setImmediate(() => [child.stdout, child.stderr].map((each) => each?.destroy()));
    });
    child.once('close', (code, killedBy) => end(ended(code, killedBy)));
    if (child.stdout && onLine) createInterface({ input: child.stdout }).on('line', onLine);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      kept.stdout += text;
      if (maxOutput !== undefined && kept.stdout.length > maxOutput) {
        kill({ how: 'flooded', problem: `more than ${maxOutput} characters` });
      }
      kept.stdout = kept.stdout.slice(-KEPT_CHARACTERS);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      kept.stderr = (kept.stderr + text).slice(-KEPT_CHARACTERS);
    });
    // It may end before it has read its input; how it ended says more than the broken pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.write(input);
  });
}

function aborted(reason: unknown): Cause {
  if (reason instanceof TimeLimitError) return { how: 'timed-out', problem: reason.message };
  return { how: 'stopped', problem: 'stopped' };
}

const notStarted = (error: unknown): Cause => ({ how: 'not-started', problem: messageOf(error) });

function ended(code: number | null, killedBy: NodeJS.Signals | null): Cause {
  if (code === null) return { how: 'signalled', problem: `ended by ${killedBy}` };
  return { how: 'exited', code, problem: code === 0 ? '' : `ended with status ${code}` };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
