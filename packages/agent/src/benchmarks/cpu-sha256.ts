import { createHash, randomFillSync } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Size, WorkContext } from './benchmark.ts';
import { formatBytes, GIB, MIB } from './bytes.ts';
import { tooLarge } from './limits.ts';
import { repeated } from './measure.ts';

interface Settings {
  bytes: number;
  repetitions: number;
}

const BYTES: Readonly<Record<Size, number>> = { tiny: 8 * MIB, small: 256 * MIB, full: 2 * GIB };
const CHUNK_BYTES = MIB;

/** The article's CPU benchmark: SHA-256 of a file of random bytes that is served from the page cache. */
export const cpuSha256: Benchmark<Settings> = {
  name: 'cpu.sha256',
  meaning: 'SHA-256 of a file of random bytes in the page cache (256 MiB; full 2 GiB), 3 times',

  async plan({ size, limits }) {
    const bytes = BYTES[size];
    if (bytes > limits.memoryBytes) {
      return { state: 'absent', reason: tooLarge(bytes, limits.memoryBytes, 'memory', 'memory-share') };
    }
    if (bytes > limits.diskBytes) {
      return { state: 'absent', reason: tooLarge(bytes, limits.diskBytes, 'disk', 'disk-share') };
    }
    return { state: 'ready', settings: { bytes, repetitions: 3 } };
  },

  async *work({ bytes, repetitions }, context) {
    const path = join(context.scratch, 'random');
    context.progress(`writing ${formatBytes(bytes)} of random bytes`);
    await writeRandom(path, bytes, context);
    const file = await open(path, 'r');
    try {
      context.progress('reading them into the page cache');
      await hash(file, bytes, context);
      yield await repeated(
        context,
        {
          variant: '',
          unit: 'byte',
          engine: 'node',
          engineVersion: process.version,
          arguments: { bytes, chunkBytes: CHUNK_BYTES },
        },
        repetitions,
        () => hash(file, bytes, context),
      );
    } finally {
      await file.close();
    }
  },
};

async function writeRandom(path: string, bytes: number, { signal }: WorkContext): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = 0; at < bytes; at += chunk.length) {
      signal.throwIfAborted();
      randomFillSync(chunk);
      await file.write(chunk, 0, Math.min(chunk.length, bytes - at), at);
    }
  } finally {
    await file.close();
  }
}

async function hash(file: FileHandle, bytes: number, { signal }: WorkContext): Promise<number> {
  const sum = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let done = 0;
  while (done < bytes) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(chunk, 0, chunk.length, done);
    if (bytesRead === 0) throw new Error(`the file ended after ${done} of ${bytes} bytes`);
    sum.update(chunk.subarray(0, bytesRead));
    done += bytesRead;
  }
  sum.digest();
  return done;
}
