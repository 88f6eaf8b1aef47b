import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDERS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/usr/libexec',
];

/** Path of the first of these programs that is installed; undefined when none is. */
export function findProgram(
  names: readonly string[],
  path = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  const folders = new Set([...path.split(':').filter((each) => each.startsWith('/')), ...FOLDERS]);
  const files = names.flatMap((name) => [...folders].map((folder) => join(folder, name)));
  return firstUsable(files, constants.X_OK);
}

/** The first of these files that this process may use in a way (R_OK, X_OK); undefined when it may none. */
export async function firstUsable(files: readonly string[], mode: number): Promise<string | undefined> {
  for (const file of files) {
    try {
      await access(file, mode);
      return file;
    } catch {
      // The next may be there.
    }
  }
  return undefined;
}
