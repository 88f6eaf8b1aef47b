import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { ENTRY_NAME, MOST_ENTRY_BYTES, parseEntry, type StagedEntry } from './entry.ts';

const { O_RDONLY, O_NOFOLLOW, O_DIRECTORY, O_NONBLOCK } = constants;

/** Entries taken at once: what is left is taken the next time. */
export const MOST_AT_ONCE = 200;

/** An entry, or why it is none. */
export interface Taken {
  /** Of its file. */
  readonly name: string;
  readonly entry?: StagedEntry;
  readonly error?: string;
}

/**
 * Takes the entries out of a folder that another user writes, who may be hostile. The folder is held open, so that it
 * cannot become another one; links are not followed, and what is no small file of its owner is not read. Each file is
 * gone after that, whatever was in it.
 * @throws when the folder is a link, or cannot be read
 */
export function takeEntries(folder: string): Taken[] {
  const held = openFolder(folder);
  if (held === undefined) return [];
  try {
    const within = `/proc/self/fd/${held}`;
    const owner = fstatSync(held).uid;
    const names = readdirSync(within).sort();
    return names
      .filter((name) => name.endsWith('.json'))
      .slice(0, MOST_AT_ONCE)
      .map((name) => {
        const taken = ENTRY_NAME.test(name)
          ? readEntry(`${within}/${name}`, name, owner)
          : { name, error: 'its name is not that of an entry' };
        remove(`${within}/${name}`);
        return taken;
      });
  } finally {
    closeSync(held);
  }
}

/** @returns undefined where there is none yet */
function openFolder(folder: string): number | undefined {
  try {
    return openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new Error(`${folder} is not a separate folder: ${messageOf(error)}`, { cause: error });
  }
}

function readEntry(path: string, name: string, owner: number): Taken {
  let file: number | undefined;
  try {
    // A pipe would hold up who opens it.
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error('it is not a file');
    if (stat.nlink !== 1 || stat.uid !== owner) throw new Error('it is a link or belongs to another user');
    if (stat.size > MOST_ENTRY_BYTES) throw new Error(`it is longer than ${MOST_ENTRY_BYTES} bytes`);
    const bytes = Buffer.alloc(MOST_ENTRY_BYTES);
    const length = readSync(file, bytes, 0, MOST_ENTRY_BYTES, 0);
    return { name, entry: parseEntry(bytes.toString('utf8', 0, length)) };
  } catch (error) {
    return { name, error: messageOf(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    // A folder that is full stays, and is looked at again: systemd then stops trying.
    if (errnoOf(error) === 'EISDIR' || errnoOf(error) === 'EPERM') rmdirSync(path);
    else throw error;
  }
}
