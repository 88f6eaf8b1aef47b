import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { RetryableError } from '@nestwatch/common/errors';
import { claimFolder } from './notes.ts';
import { createProcesses, endLeftovers, logTail, type OnDeath, type Processes } from './processes.ts';
import type { StartSchema } from './settings.ts';

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

type Context = Pick<CommandContext<StartSchema>, 'options' | 'signal'> & { config: { 'data.dir': string } };

/**
 * Runs something with processes of its own, after what a killed run left behind was ended, and ends them all. No other
 * run may use the folder meanwhile.
 * @param names what this run and the one before it are called
 * @returns the exit code: with --once it is a failure to be stopped
 */
export async function runWithProcesses(
  { config: { 'data.dir': dir }, options: { once }, signal }: Context,
  { self, earlier }: { self: string; earlier: string },
  say: Run['say'],
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
    for (const name of await endLeftovers(dir)) say(`stopped ${name}, which ${earlier} left behind`);
    await act({ processes, say, stop, fail, onDeath });
    if (!once) died.signal.throwIfAborted();
    return EXIT.ok;
  } catch (error) {
    if (signal.aborted) return once ? EXIT.failed : EXIT.ok;
    throw died.signal.aborted ? died.signal.reason : error;
  } finally {
    const hasAny = processes.hasAny();
    await processes.stopAll();
    release();
    if (hasAny) say('stopped everything that was started');
  }
}
