import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { MOST_BYTES } from './files.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Opens a file of a folder that another user writes, who may be hostile: links are not followed, and what is no file, such
 * as a pipe, is refused.
 * @throws Error that says what is wrong
 */
export function openPlain(path: string): number {
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error(`${path} is no file`);
}

/** The beginning of such a file as text; undefined where there is none. Never throws. */
export function readSmall(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openPlain(path);
    const bytes = Buffer.alloc(MOST_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, MOST_BYTES, 0));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
