import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Of each of these, how long guest0's machine stands still. At half of the time the timer ticks of four layers leave
 * the deepest hardly anything, and a round does not end.
 */
const PERIOD_MS = 200;
const STILL_MS = 60;

/**
 * Slows the host of a running cascade, and so all its layers alike: the process that is guest0's processor is stopped
 * and continued again and again, while the lab's clock goes on.
 * @returns what puts it right again
 */
export function slowHost(dataDir: string): () => Promise<void> {
  const pid = pidOf(dataDir, 'guest0');
  let over = false;
  const running = (async () => {
    while (!over) {
      process.kill(pid, 'SIGSTOP');
      await sleep(STILL_MS);
      process.kill(pid, 'SIGCONT');
      await sleep(PERIOD_MS - STILL_MS);
    }
  })();
  // When the machine is gone, whoever puts it right is told.
  running.catch(() => undefined);
  return async () => {
    over = true;
    await running;
  };
}

/** Pid of a process that a lab recorded in its folder. */
function pidOf(dataDir: string, name: string): number {
  const entries = JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as {
    name: string;
    pid: number;
  }[];
  const pid = entries.find((entry) => entry.name === name)?.pid;
  if (pid === undefined) throw new Error(`${dataDir} has no process ${name}`);
  return pid;
}
