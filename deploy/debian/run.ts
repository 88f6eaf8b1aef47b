import { type ExecFileOptions, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '@nestwatch/common/errors';

const execFileAsync = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export type RunOptions = Pick<ExecFileOptions, 'cwd' | 'env' | 'signal'>;

/** A program that is not there, or that failed: then with all that it wrote to its standard error. */
export class RunError extends UsageError {
  readonly stderr: string;

  constructor(message: string, stderr: string, options: ErrorOptions) {
    super(message, options);
    this.stderr = stderr;
  }
}

/**
 * Runs a program to its end and gives its standard output.
 * @throws RunError that says how to get the program when there is none, or the last lines it wrote when it failed.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  try {
    const { stdout } = await execFileAsync(program, [...args], {
      ...options,
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { ...(options.env ?? process.env), LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new RunError(describe(program, error), stderr, { cause: error });
  }
}

function describe(program: string, error: unknown): string {
  const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
  if (code === 'ENOENT') return `${program} is not on this machine`;
  const tail = stderr.trim().split('\n').slice(-5).join('\n  ');
  return `${program} failed (${String(code)})${tail === '' ? '' : `:\n  ${tail}`}`;
}
