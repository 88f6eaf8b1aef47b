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
export async function findProgram(
  names: readonly string[],
  path = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  const folders = [...new Set([...path.split(':').filter((each) => each.startsWith('/')), ...FOLDERS])];
  for (const name of names) {
    for (const folder of folders) {
      const file = join(folder, name);
      const runs = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (runs) return file;
    }
  }
  return undefined;
}
