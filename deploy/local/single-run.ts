import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { readNote, writeNote } from './notes.ts';

/**
 * Makes this process the only one that uses a folder.
 * @returns what gives the folder free again
 * @throws UsageError naming the pid of the other.
 */
export function claimFolder(dir: string, what: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'running.json');
  const other = readNote(file);
  if (other !== undefined) {
    throw new UsageError(
      `${what} already runs as pid ${other.pid}: stop that one first ("kill ${other.pid}")`,
    );
  }
  writeNote(file, {});
  return () => rmSync(file, { force: true });
}
