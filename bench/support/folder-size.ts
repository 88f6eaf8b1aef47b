import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Bytes of the files below a folder. What is removed meanwhile, as servers do with their blocks, counts for nothing.
 * @param wanted which files, by name; all by default
 */
export function folderSize(dir: string, wanted: (name: string) => boolean = () => true): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name), { throwIfNoEntry: false }))
    .reduce((sum, found) => sum + (found?.size ?? 0), 0);
}
