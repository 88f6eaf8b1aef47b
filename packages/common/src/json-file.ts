import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { messageOf } from './errors.ts';

/**
 * A small file that keeps one value as JSON over restarts.
 * @param parse gives the value out of what JSON held, or undefined when it is none
 */
export function jsonFile<T>(path: string, parse: (json: unknown) => T | undefined) {
  let last: Promise<unknown> = Promise.resolve();
  const replace = async (text: string) => {
    try {
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (error) {
      throw new Error(`cannot write ${path}: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    /** What is kept; undefined when the file is absent, torn or holds something else. Never throws. */
    read(): T | undefined {
      try {
        return parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        return undefined;
      }
    },
    /**
     * Replaces the file as a whole, readable by its owner only: a reader sees the old value or the new one. Of
     * several at once, the last counts.
     * @throws Error naming the file
     */
    write(value: T): Promise<void> {
      const text = JSON.stringify(value);
      const done = last.then(() => replace(text));
      last = done.catch(() => undefined);
      return done;
    },
  };
}
