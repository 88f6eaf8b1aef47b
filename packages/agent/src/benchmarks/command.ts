import { spawn } from 'node:child_process';
import { linkSignals } from '@nestwatch/common/link-signals';

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** The end of what it said on standard error, on one line. */
  readonly complaint: string;
}

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Kills it after this many ms. */
  readonly limitMs?: number;
  /** Called with each piece of standard output. */
  onOutput?(text: string): void;
}

const KEPT_CHARACTERS = 4 * 1024 * 1024;

/**
 * Runs a program to its end, without a shell. It belongs to the child's process group, so it ends with it.
 * @throws when it cannot be started, and the signal's reason when it was aborted.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd> {
  const { signal, release } = linkSignals([options.signal], options.limitMs);
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-KEPT_CHARACTERS);
      options.onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-500);
    });
    child.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    child.once('close', (code, killedBy) => {
      const complaint = stderr.trim().replace(/\s*\n\s*/g, '; ');
      resolve({ code, signal: killedBy, stdout, complaint });
    });
  });
  return ended.finally(release);
}

/** Like runCommand; throws also when it does not end with status 0. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const end = await runCommand(program, args, options);
  if (end.code === 0) return end.stdout;
  const how = end.code === null ? `was ended by ${end.signal}` : `ended with status ${end.code}`;
  throw new Error(`${program} ${how}${end.complaint === '' ? '' : `: ${end.complaint}`}`);
}
