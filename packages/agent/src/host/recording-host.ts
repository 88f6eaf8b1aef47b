import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Host } from './host.ts';

export interface Recording {
  host: Host;
  /** Writes what was read below a folder, as it would stand below the root of a machine. */
  save(folder: string): void;
}

/** Remembers every file and folder that is read, so that the same reading can be done again elsewhere. */
export function createRecording(host: Host): Recording {
  const files = new Map<string, string>();
  const folders = new Map<string, readonly string[]>();
  return {
    host: {
      ...host,
      async read(path, maxBytes) {
        const found = await host.read(path, maxBytes);
        if (found.state === 'known') files.set(path, found.value);
        return found;
      },
      async list(path) {
        const found = await host.list(path);
        if (found.state === 'known') folders.set(path, found.value);
        return found;
      },
    },
    save(folder) {
      for (const [path, text] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      for (const [path, names] of folders) {
        mkdirSync(join(folder, path), { recursive: true });
        // What was seen and not read is kept as an empty file; other people's processes are not.
        for (const name of path === '/proc' ? [] : names) {
          const at = join(folder, path, name);
          if (!existsSync(at)) writeFileSync(at, '');
        }
      }
    },
  };
}
