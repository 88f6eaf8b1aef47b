import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { openPlain } from '../read-small.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * Copies a file that another user may change at any time to one of our own, and looks at the copy alone: what is there in the
 * end is what was signed, or nothing.
 * @throws Error when it is no file, or another than was signed
 */
export function copyVerified(
  from: string,
  to: string,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
): void {
  rmSync(to, { force: true });
  const source = openPlain(from);
  try {
    const sum = copyBounded(source, to, bytes);
    if (sum !== sha256) throw new Error(`the package is not what was signed: its SHA-256 is ${sum}`);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  } finally {
    closeSync(source);
  }
}

/** @returns the SHA-256 of what was copied */
function copyBounded(source: number, to: string, mostBytes: number): string {
  const target = openSync(to, 'wx', 0o600);
  const sum = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  try {
    for (let length = 0; ; ) {
      const read = readSync(source, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) return sum.digest('hex');
      length += read;
      if (length > mostBytes)
        throw new Error(`the package is longer than the ${mostBytes} bytes that were signed`);
      const part = chunk.subarray(0, read);
      sum.update(part);
      for (let written = 0; written < read; ) written += writeSync(target, part, written);
    }
  } finally {
    closeSync(target);
  }
}
