import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies every log below the lab's folder, flat, to another folder. */
export async function keepLogs(dataDir: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const file of await readdir(dataDir, { recursive: true })) {
    if (file.endsWith('.log')) await cp(join(dataDir, file), join(into, file.replaceAll('/', '-')));
  }
}
