import { type ProcessEnd, type ProcessOptions, runProcess } from '../host/child-process.ts';

export type CommandOptions = Pick<ProcessOptions, 'signal' | 'cwd' | 'limitMs' | 'onLine'>;

/**
 * Runs a program for a benchmark to its end. It belongs to the process group of the benchmark, and so ends with it.
 * @throws when it cannot be started or takes too long, and the signal's reason when it was aborted
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<ProcessEnd> {
  const end = await runProcess(program, args, { ...options, sameGroup: true });
  if (end.how === 'stopped') throw options.signal.reason;
  if (end.how === 'exited' || end.how === 'signalled') return end;
  throw new Error(end.problem);
}

/** The standard output of a program. Like runCommand; throws also when it does not end with status 0. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, problem, complaint, stdout } = await runCommand(program, args, options);
  if (code === 0) return stdout;
  throw new Error(`${program} ${problem}${complaint === '' ? '' : `: ${complaint}`}`);
}
