import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A program that prints a text, whatever its arguments are; for engines that a machine need not have. */
export async function stubProgram(folder: string, name: string, output: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(`${path}.txt`, output);
  await writeFile(path, `#!/bin/sh\ncat ${path}.txt\n`, { mode: 0o755 });
  return path;
}
