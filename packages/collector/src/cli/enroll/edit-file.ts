import {
  chmodSync,
  chownSync,
  closeSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { messageOf, UsageError } from '@nestwatch/common/errors';

/**
 * Replaces a text file whole or not at all: the server may read it at any time. Its owner and its mode stay, and where it
 * is a link, the link does. A second one that edits it at the same time is refused.
 * @param edit gives the new text from the old one, which is empty where there is no file
 * @throws UsageError naming the file, when it cannot be read or written or `edit` throws
 */
export function editFile(path: string, edit: (text: string) => string): void {
  try {
    const existing = statOf(path);
    const file = existing === undefined ? path : realpathSync(path);
    const fresh = `${file}.new`;
    const lock = openSync(fresh, 'wx', 0o644);
    try {
      writeSync(lock, edit(existing === undefined ? '' : readFileSync(file, 'utf8')));
      if (existing !== undefined) keepOwner(fresh, existing);
      renameSync(fresh, file);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    } finally {
      closeSync(lock);
    }
  } catch (error) {
    throw new UsageError(`${path} is not changed: ${reasonOf(error, path)}`, { cause: error });
  }
}

/** @throws UsageError naming the file */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

function keepOwner(file: string, { uid, gid, mode }: { uid: number; gid: number; mode: number }): void {
  chmodSync(file, mode & 0o777);
  const made = statSync(file);
  if (made.uid !== uid || made.gid !== gid) chownSync(file, uid, gid);
}

function reasonOf(error: unknown, path: string): string {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return messageOf(error);
  return `${path}.new exists: another process edits it or was interrupted; if no other one runs, remove that file`;
}
