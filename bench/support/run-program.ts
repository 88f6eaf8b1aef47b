import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs one of the benchmarks' own programs to its end and gives what it printed, which is JSON. */
export async function runProgram<T>(file: string, args: readonly string[], signal: AbortSignal): Promise<T> {
  const { stdout } = await run(process.execPath, [file, ...args], { signal, maxBuffer: 1024 ** 2 });
  return JSON.parse(stdout) as T;
}
