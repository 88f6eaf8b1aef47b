import { EXIT } from '@nestwatch/common/cli/program';
import { RetryableError } from '@nestwatch/common/errors';
import { claimFolder } from './notes.ts';
import { createProcesses, endLeftovers, logTail, type OnDeath, type Processes } from './processes.ts';

/** What the parts of a program share that starts processes and ends them all. */
export interface Run {
  readonly processes: Processes;
  readonly say: (line: string) => void;
  /** Aborted by the user, or when something that the run needs died. */
  readonly stop: AbortSignal;
  /** Ends the run with this error. */
  readonly fail: (error: Error) => void;
  readonly onDeath: OnDeath;
}

interface RunOptions {
  /** For the record, the logs and the data; no other run may use it meanwhile. */
  dir: string;
  /** What this run and the one before it are called. */
  self: string;
  earlier: string;
  /** Whether being stopped is a failure: whoever wants one table has not got it. */
  once: boolean;
  signal: AbortSignal;
  say: (line: string) => void;
}

/**
 * Runs something with processes of its own, after what a killed run left behind was ended, and ends them all.
 * @returns the exit code
 */
export async function runWithProcesses(
  { dir, self, earlier, once, signal, say }: RunOptions,
  act: (run: Run) => Promise<void>,
): Promise<number> {
  const release = claimFolder(dir, self);
  const processes = createProcesses(dir);
  const died = new AbortController();
  const fail = (error: Error) => died.abort(error);
  const stop = AbortSignal.any([signal, died.signal]);
  const onDeath: OnDeath = (name, how, logFile) =>
    fail(new RetryableError(`${name} ended (${how}); the end of ${logFile}:\n${logTail(logFile)}`));
  try {
    for (const name of await endLeftovers(dir)) say(`ended ${name}, which ${earlier} left behind`);
    await act({ processes, say, stop, fail, onDeath });
    if (!once) died.signal.throwIfAborted();
    return EXIT.ok;
  } catch (error) {
    if (signal.aborted) return once ? EXIT.failed : EXIT.ok;
    throw died.signal.aborted ? died.signal.reason : error;
  } finally {
    await processes.stopAll();
    release();
    say('stopped everything that was started');
  }
}
