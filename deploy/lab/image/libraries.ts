import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { run } from '../../debian/run.ts';

export const LOADER = 'lib64/ld-linux-x86-64.so.2';
export const LIBRARIES = 'lib/x86_64-linux-gnu';
const FOLDERS = [LIBRARIES, `usr/${LIBRARIES}`];

export const libraryPath = (root: string) => FOLDERS.map((folder) => join(root, folder)).join(':');

/** A file of a folder of unpacked packages, which may have moved it below usr/; undefined when neither is there. */
export function fileIn(packages: string, path: string): string | undefined {
  const inner = path.replace(/^usr\//, '');
  for (const each of [inner, `usr/${inner}`].map((name) => join(packages, name))) {
    const target = targetOf(each);
    // libc6 has its loader as an absolute link, which here would be this machine's, of another libc.
    if (target?.startsWith('/')) return fileIn(packages, target.slice(1));
    if (existsSync(each)) return each;
  }
  return undefined;
}

/** What a link names; undefined for anything else. */
function targetOf(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/** @throws UsageError when it is not there */
export function neededFileIn(packages: string, path: string): string {
  const found = fileIn(packages, path);
  if (found === undefined) throw new UsageError(`the lab's packages in ${packages} have no ${path}`);
  return found;
}

/**
 * Program and arguments that run a binary of an unpacked tree with that tree's own loader and libraries.
 * LD_LIBRARY_PATH would do so too, but would be inherited by whatever the binary starts.
 */
export function inTree(root: string, binary: string): [string, string[]] {
  const loader = fileIn(root, LOADER) ?? join(root, LOADER);
  return [loader, ['--library-path', libraryPath(root), binary]];
}

/**
 * Copies the loader and the shared libraries that binaries need into a tree.
 * @param from folder whose own are taken, and those of this machine where it has none; "/" for this machine's
 * @param otherwise folder whose are taken where neither has one
 */
export async function copyLibraries(
  into: string,
  from: string,
  binaries: readonly string[],
  otherwise?: string,
): Promise<void> {
  await mkdir(join(into, dirname(LOADER)), { recursive: true });
  await mkdir(join(into, LIBRARIES), { recursive: true });
  await cp(neededFileIn(from, LOADER), join(into, LOADER), { dereference: true });
  const paths = new Map<string, string>();
  for (const binary of binaries) {
    for (const path of await librariesOf(from, binary, otherwise)) {
      if (!paths.has(basename(path))) paths.set(basename(path), path);
    }
  }
  for (const [name, path] of paths) await cp(path, join(into, LIBRARIES, name), { dereference: true });
}

/** Paths of the shared libraries that a binary needs, found in the tree first and on this machine second. */
async function librariesOf(root: string, binary: string, otherwise?: string): Promise<string[]> {
  const own = `${libraryPath(root)}:/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64`;
  const search = otherwise === undefined ? own : `${own}:${libraryPath(otherwise)}`;
  const loader = neededFileIn(root, LOADER);
  const listed = parseLoaderList(await run(loader, ['--library-path', search, '--list', binary]));
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
