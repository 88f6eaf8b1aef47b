import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new temporary folder. It lies in the folder of the test file, which goes when the file's tests are over, so nobody
 * has to remove it (`run/each-file.ts`).
 */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`));
}
