import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '@nestwatch/common/errors';
import { fileIn, inTree } from '../libraries.ts';

const execFileAsync = promisify(execFile);
/** Of one file when it is unpacked. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Programs that Node.js does not have in itself in every version that runs the lab. */
const PROGRAMS: Readonly<Record<string, string>> = { xz: 'xz', zst: 'zstd' };

/**
 * Reads a file that is plain, or compressed as its name says: .gz, .xz, .zst.
 * @param packages folder of unpacked packages whose xz and zstd are used; where it has none, those of this machine are
 * @throws UsageError when neither has the program
 */
export async function readDecompressed(path: string, packages?: string): Promise<Buffer> {
  const ending = /\.(gz|xz|zst)$/.exec(path)?.[1] ?? '';
  if (ending === 'gz') return gunzipSync(await readFile(path));
  const name = PROGRAMS[ending];
  if (name === undefined) return readFile(path);
  const [program, args] = findProgram(name, path, packages);
  try {
    const options = { encoding: 'buffer', maxBuffer: MAX_BYTES } as const;
    return (await execFileAsync(program, [...args, '-dc', path], options)).stdout;
  } catch (error) {
    throw new UsageError(`${path} cannot be decompressed by ${program}`, { cause: error });
  }
}

function findProgram(name: string, path: string, packages: string | undefined): [string, string[]] {
  const unpacked = packages === undefined ? undefined : fileIn(packages, `usr/bin/${name}`);
  if (packages !== undefined && unpacked !== undefined) return inTree(packages, unpacked);
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const own = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (own !== undefined) return [own, []];
  throw new UsageError(
    `${path} needs the program ${name}, which is neither on this machine nor in the lab's packages`,
  );
}
