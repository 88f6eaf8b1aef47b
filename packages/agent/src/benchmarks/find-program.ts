import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Searched after those of PATH, which a service may have been given without them. */
const FOLDERS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/libexec';

/** Path of the first of these programs that is installed; undefined when none is. */
export function findProgram(names: readonly string[]): Promise<string | undefined> {
  const folders = new Set(`${process.env['PATH'] ?? ''}:${FOLDERS}`.split(':'));
  const absolute = [...folders].filter((each) => each.startsWith('/'));
  const files = names.flatMap((name) => absolute.map((folder) => join(folder, name)));
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
