import { writeSync } from 'node:fs';

const STDERR_FD = 2;

/**
 * Standard error for a log, written by the system call itself: Node's stream for it loads a good part of Node's
 * networking where standard error is a pipe or the journal's socket. That stream takes over, for good, as soon as a
 * write is refused, because it knows how to wait for a reader.
 */
export function standardError(
  process: { readonly stderr: { write(text: string | Uint8Array): unknown } },
  write: (fd: number, bytes: Uint8Array) => number = writeSync,
): { write(text: string): void } {
  let refused = false;
  return {
    write(text) {
      let rest: Uint8Array = Buffer.from(text);
      try {
        while (!refused && rest.length > 0) rest = rest.subarray(write(STDERR_FD, rest));
      } catch {
        refused = true;
      }
      if (rest.length > 0) process.stderr.write(rest);
    },
  };
}
