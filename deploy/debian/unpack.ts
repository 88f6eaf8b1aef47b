import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '@nestwatch/common/defined';
import { run } from './run.ts';

/** Unpacks every .deb of a folder over one another. No script of a package is run. */
export async function unpackAll(archives: string, into: string, signal?: AbortSignal): Promise<void> {
  await mkdir(into, { recursive: true });
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort();
  for (const file of files) {
    await run('dpkg-deb', ['-x', join(archives, file), into], defined({ signal }));
  }
}
