import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abandonedRuns, killProcesses, makeRunFolder, removeFolder, sweep } from './sweep.mjs';

/** Names the run's folder to the workers. */
export const RUN_FOLDER = 'NESTWATCH_TEST_FOLDER';
/** Pid of the program that runs the tests, where that is not vitest itself. */
const RUNNER = 'NESTWATCH_TEST_RUNNER';

/**
 * Takes away what killed runs left, and makes a folder for this one, which all it starts has as TMPDIR. A watchdog
 * sees to it that nothing stays behind when this process is killed.
 * @returns what ends the run; undefined where this process has begun one already, as vitest does for each group
 */
export async function beginRun(say: (line: string) => void): Promise<(() => Promise<void>) | undefined> {
  if (process.env[RUN_FOLDER] !== undefined && process.env['TMPDIR'] === process.env[RUN_FOLDER])
    return undefined;
  const parent = tmpdir();
  for (const folder of abandonedRuns(parent)) {
    for (const { pid, command } of await sweep(folder))
      say(`ended pid ${pid}, left by a killed run: ${command}`);
  }
  const folder = makeRunFolder(parent);
  startWatchdog(folder);
  process.env[RUN_FOLDER] = folder;
  process.env['TMPDIR'] = folder;
  return async () => {
    const left = await killProcesses(folder, { below: true });
    removeFolder(folder);
    for (const { pid, command } of left) say(`FAILED: the tests left pid ${pid}: ${command}`);
    if (left.length > 0) process.exitCode = 1;
  };
}

function startWatchdog(folder: string): void {
  const runner = process.env[RUNNER];
  const pids = runner === undefined ? [] : [runner];
  // A group of its own: what ends the run with its group leaves it alone.
  const options = { detached: true, stdio: 'ignore' } as const;
  spawn(process.execPath, [join(import.meta.dirname, 'watchdog.mjs'), folder, ...pids], options).unref();
}
