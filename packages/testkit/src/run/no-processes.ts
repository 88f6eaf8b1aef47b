import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll } from 'vitest';

// For the group `unit`: a test that starts a process fails, and says which group it belongs to.
const WHY = 'a unit test starts no process: name the file *.server.test.ts (docs/design/testing.md)';
const ATTEMPTS = Symbol.for('nestwatch.forbidden-processes');
/** Of the worker: its files share their modules, but each has its own of this one. */
const worker = globalThis as { [ATTEMPTS]?: number };

const forbidden = (): never => {
  worker[ATTEMPTS] = (worker[ATTEMPTS] ?? 0) + 1;
  throw new Error(WHY);
};

// spawn, exec, execFile and fork all come to this.
Object.assign(ChildProcess.prototype, { spawn: forbidden });
Object.assign(childProcess, { spawnSync: forbidden, execSync: forbidden, execFileSync: forbidden });
syncBuiltinESMExports();

/** How often it was tried since this was asked last. */
export function attemptsToStart(): number {
  const count = worker[ATTEMPTS] ?? 0;
  worker[ATTEMPTS] = 0;
  return count;
}

// Whoever catches the error, to do without the process, is found too.
afterAll(() => {
  if (attemptsToStart() > 0) throw new Error(WHY);
});
