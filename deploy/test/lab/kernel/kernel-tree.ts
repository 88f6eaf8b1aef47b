import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';

/** A folder with these files, as packages unpack. */
export function kernelTree(files: Readonly<Record<string, string | Buffer>>): string {
  const root = temporaryFolder('kernel');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** What a module's file has of its section .modinfo. */
export const moduleFile = (...depends: readonly string[]) =>
  Buffer.from(`\x7fELF…\0license=GPL\0depends=${depends.join(',')}\0retpoline=Y\0name=x\0`, 'latin1');
