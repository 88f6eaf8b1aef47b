import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '@nestwatch/common/defined';
import { removeFolder } from '@nestwatch/testkit/run/sweep';
import { environmentInRoot } from './host-settings.ts';
import { createFreshRoot } from './root.ts';
import { type InRoot, runInRoot } from './run-in-root.ts';
import { countsOf, STEPS, type StepResult, tailOf } from './steps.ts';

export interface PlatformOptions {
  top: string;
  /** Folder that the root is made in; it is taken away. */
  work: string;
  logs: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  say(line: string): void;
}

/** Runs steps on a fresh Debian of a number, such as "13", one after the other in the same clone. */
export async function runPlatform(
  number: string,
  steps: readonly string[],
  options: PlatformOptions,
): Promise<StepResult[]> {
  const { top, work, logs, env, signal, say } = options;
  const platform = `Debian ${number}`;
  const cache = join(top, '.nestwatch/cache/platforms');
  const path = join(work, `debian-${number}`);
  const inRoot = (log: string): InRoot => ({
    root: path,
    npmCache: join(cache, 'npm'),
    aptCache: join(cache, `apt-${number}`),
    env: environmentInRoot(env),
    log: join(logs, `debian-${number}-${log}.log`),
    signal,
  });
  const run = async (name: string, command: string): Promise<StepResult> => {
    const fromMs = Date.now();
    const where = inRoot(name);
    const status = await runInRoot(command, where);
    const output = await readFile(where.log, 'utf8');
    const seconds = Math.round((Date.now() - fromMs) / 1000);
    const ok = status === 0;
    const counts = countsOf(output);
    say(`${platform}: ${name}: ${ok ? 'ok' : 'FAILED'} after ${seconds} s, ${counts ?? where.log}`);
    if (!ok && !signal.aborted) say(`${tailOf(output)}\nall of it: ${where.log}`);
    return { platform, step: name, ok, seconds, ...defined({ counts }) };
  };
  try {
    say(`${platform}: making the root`);
    await createFreshRoot(number, { top, cache, path, env, signal });
    const cloned = await run(
      'clone',
      'git clone -q /nestwatch.bundle /root/nestwatch && rm /nestwatch.bundle',
    );
    const results = [];
    for (const step of cloned.ok ? steps : []) {
      signal.throwIfAborted();
      say(`${platform}: ${STEPS[step]?.meaning ?? step}`);
      results.push(await run(step, `cd /root/nestwatch && ${STEPS[step]?.command}`));
    }
    signal.throwIfAborted();
    return cloned.ok ? results : [cloned];
  } finally {
    removeFolder(path);
    rmSync(path, { recursive: true, force: true });
  }
}
