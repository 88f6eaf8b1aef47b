import { existsSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LIBRARIES } from './libraries.ts';

/**
 * Copies what the Node.js of a tree reads of itself at each start. Debian's has some of its built-in modules as files, whose
 * paths stand in the program or in its library; others have none.
 */
export async function copyExternalized(tree: string): Promise<void> {
  const libraries = (await readdir(join(tree, LIBRARIES))).filter((name) => name.startsWith('libnode.so'));
  for (const program of ['bin/node', ...libraries.map((name) => join(LIBRARIES, name))]) {
    const paths = externalizedIn(await readFile(join(tree, program), 'latin1'));
    for (const path of paths.filter((each) => existsSync(each)))
      await cp(path, join(tree, path), { dereference: true });
  }
}

/** Paths of built-in modules that are files, as they stand in the bytes of a program. */
export function externalizedIn(program: string): string[] {
  return [...new Set(program.match(/(?<=\0)\/usr\/share\/nodejs\/[\w@./-]+\.js(?=\0)/g))];
}
