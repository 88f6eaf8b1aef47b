import { execFileSync } from 'node:child_process';
import { temporaryFolder } from './folder.ts';

/**
 * A real file system of this size, such as "64k", that is gone after the tests of a file. Undefined where none may be
 * mounted: without root, and in most containers.
 */
export function mountSmallDisk(size: string): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const dir = temporaryFolder('full');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return dir;
}
