import { spawn } from 'node:child_process';
import { messageOf } from '@nestwatch/common/errors';

export interface ToolResult {
  /** Exit code; undefined when it could not be started or had to be ended. */
  readonly code: number | undefined;
  /** What it printed, both streams. */
  readonly output: string;
  /** Why there is no exit code. */
  readonly problem?: string;
}

export interface ToolOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

const MAX_OUTPUT = 64 * 1024;

/** Runs a program to its end, and ends it and what it started when it takes too long. Never throws. */
export function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  const { timeoutMs, signal, env } = options;
  if (signal.aborted) return Promise.resolve({ code: undefined, output: '', problem: 'stopped' });
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(env !== undefined && { env }),
    });
    let output = '';
    const settle = (result: Omit<ToolResult, 'output'>) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        endGroup(child.pid);
      resolve({ ...result, output });
    };
    const stop = () => settle({ code: undefined, problem: 'stopped' });
    const timer = setTimeout(
      () => settle({ code: undefined, problem: `no end in ${timeoutMs} ms` }),
      timeoutMs,
    );
    signal.addEventListener('abort', stop, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(0, MAX_OUTPUT);
      });
    }
    child.on('error', (error) => settle({ code: undefined, problem: messageOf(error) }));
    child.on('close', (code, endedBy) =>
      settle(code === null ? { code: undefined, problem: `ended by ${endedBy}` } : { code }),
    );
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
