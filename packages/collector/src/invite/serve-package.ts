import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { send } from './answers.ts';
import { readPackages } from './packages-list.ts';

/** Guests far down take minutes for a package; others then try again. */
const MOST_AT_ONCE = 16;
const LONGEST_MS = 1_800_000;

/** Gives out the packages of a folder, which are no secret, and nothing else of it. */
export function createPackageServer(folder: string) {
  let running = 0;
  return async (response: ServerResponse, name: string): Promise<void> => {
    const { files } = await readPackages(folder);
    const wanted = files.find(({ file }) => file === name);
    if (wanted === undefined) return send(response, 404, 'text/plain', 'no such package\n');
    if (running >= MOST_AT_ONCE)
      return send(response, 503, 'text/plain', 'too many downloads at once: try again\n');
    running += 1;
    const signal = AbortSignal.timeout(LONGEST_MS);
    try {
      const path = join(folder, wanted.file);
      const { size } = await stat(path);
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': size,
        connection: 'close',
      });
      await pipeline(createReadStream(path), response, { signal });
    } finally {
      running -= 1;
    }
  };
}
