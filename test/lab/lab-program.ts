import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const dist = resolve(import.meta.dirname, '../../dist');

export interface BuiltProgram {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Runs the built lab program with these arguments, as `npm run lab --` does. */
export function runLabProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runBuilt('nestwatch-lab', args, env);
}

/** Runs a program of dist/ and keeps what it prints. */
export function runBuilt(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): BuiltProgram {
  const child = spawn(process.execPath, [resolve(dist, `${name}.mjs`), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}
