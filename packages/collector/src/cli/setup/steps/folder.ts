import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { type Access, giveTo, type Machine } from '../machine.ts';
import type { Step } from '../step.ts';

interface FolderStepOptions {
  readonly machine: Machine;
  readonly name: string;
  readonly path: string;
  readonly access: Access;
  /** Names of what comes into it and goes with it; '*' for everything. */
  readonly goes: readonly string[];
}

/** A folder, which goes at the end where nothing of others is in it. */
export function folderStep({ machine, name, path, access, goes }: FolderStepOptions): Step {
  return {
    name,
    what: `folder ${path}`,
    isDone: () => existsSync(machine.at(path)),
    make() {
      const folder = machine.at(path);
      const first = mkdirSync(folder, { recursive: true }) ?? folder;
      giveTo(machine, path, access);
      const above = relative(first, folder);
      return { path, above: above === '' ? 0 : above.split('/').length };
    },
    undo({ above }) {
      const folder = machine.at(path);
      if (!existsSync(folder)) return undefined;
      const left = readdirSync(folder);
      for (const each of left) {
        if (goes.includes('*') || goes.includes(each)) rmSync(`${folder}/${each}`, { recursive: true });
      }
      if (readdirSync(folder).length > 0)
        return `${path}, which also contains ${readdirSync(folder).join(', ')}`;
      removeEmpty(folder, Number(above));
      return undefined;
    },
  };
}

/** Removes a folder, and this many above it as long as nothing is in them. */
function removeEmpty(folder: string, above: number): void {
  rmdirSync(folder);
  const parent = dirname(folder);
  if (above > 0 && readdirSync(parent).length === 0) removeEmpty(parent, above - 1);
}
