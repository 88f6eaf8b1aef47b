import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';

/**
 * Makes the agent's folder.
 * @throws UsageError when it cannot be written, naming the way out.
 */
export function prepareStateDir(dir: string): string {
  try {
    makeFolder(resolve(dir));
    accessSync(dir, constants.W_OK);
    return dir;
  } catch (error) {
    throw new UsageError(
      `cannot write to the state folder: ${messageOf(error)}; give another with --state-dir or make it writable`,
      { cause: error },
    );
  }
}

/** Not mkdir's own recursion: Node's never ends where a folder exists and yet nothing can be made in it, as in /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}
