import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { run } from '../../debian/run.ts';

export const LOADER = 'lib64/ld-linux-x86-64.so.2';
const FOLDERS = ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu'];

export const libraryPath = (root: string) => FOLDERS.map((folder) => join(root, folder)).join(':');

/**
 * Program and arguments that run a binary of an unpacked tree with that tree's own loader and libraries.
 * LD_LIBRARY_PATH would do so too, but would be inherited by whatever the binary starts.
 */
export function inTree(root: string, binary: string): [string, string[]] {
  return [join(root, LOADER), ['--library-path', libraryPath(root), binary]];
}

/** Paths of the shared libraries that a binary needs, found in the tree first and on this machine second. */
export async function librariesOf(root: string, binary: string): Promise<string[]> {
  const search = `${libraryPath(root)}:/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64`;
  const listed = parseLoaderList(await run(join(root, LOADER), ['--library-path', search, '--list', binary]));
  if (listed.missing.length > 0) {
    throw new UsageError(`${binary} needs ${listed.missing.join(', ')}, which no package of the lab has`);
  }
  return listed.found;
}

/** Reads what `ld.so --list` (and ldd) prints: `name => path (address)`. */
export function parseLoaderList(text: string): { found: string[]; missing: string[] } {
  const found: string[] = [];
  const missing: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\S+) => (not found|\S+)/.exec(line);
    if (match === null) continue;
    const [, name = '', path = ''] = match;
    if (path === 'not found') missing.push(name);
    else if (!name.startsWith('/')) found.push(path);
  }
  return { found, missing };
}
