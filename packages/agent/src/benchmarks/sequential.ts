import { type FileHandle, open } from 'node:fs/promises';
import { MIB } from './bytes.ts';

export const CHUNK_BYTES = MIB;

export interface WriteOptions {
  readonly signal: AbortSignal;
  /** Whether what was written is on the disk at the end. */
  readonly sync?: boolean;
  /** Puts the next bytes into the chunk that is written next. */
  fill(chunk: Buffer): void;
}

/** Makes a file of this many bytes, from front to back. */
export async function writeThrough(path: string, bytes: number, options: WriteOptions): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = 0; at < bytes; at += chunk.length) {
      options.signal.throwIfAborted();
      options.fill(chunk);
      await file.write(chunk, 0, Math.min(chunk.length, bytes - at), at);
    }
    if (options.sync) await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads the first this many bytes from front to back, and returns their number. @throws when there are not as many */
export async function readThrough(
  file: FileHandle,
  bytes: number,
  signal: AbortSignal,
  onChunk: (chunk: Buffer) => void = () => undefined,
): Promise<number> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let done = 0;
  while (done < bytes) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, bytes - done), done);
    if (bytesRead === 0) throw new Error(`it ended after ${done} of ${bytes} bytes`);
    onChunk(chunk.subarray(0, bytesRead));
    done += bytesRead;
  }
  return done;
}
