import { createHash, randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, BySize } from './benchmark.ts';
import { formatBytes, GIB, MIB } from './bytes.ts';
import { tooLarge } from './limits.ts';
import { NODE, repeated } from './measure.ts';
import { CHUNK_BYTES, readThrough, writeThrough } from './sequential.ts';

const BYTES: BySize<number> = { tiny: 8 * MIB, small: 256 * MIB, full: 2 * GIB };

/** The article's CPU benchmark: SHA-256 of a file of random bytes that is served from the page cache. */
export const cpuSha256: Benchmark<{ bytes: number }> = {
  name: 'cpu.sha256',
  meaning: 'SHA-256 of a file of random bytes in the page cache (256 MiB; full 2 GiB), 3 times',

  async plan({ size, limits }) {
    const bytes = BYTES[size];
    const refusal = tooLarge(limits, { memoryBytes: bytes, diskBytes: bytes });
    return refusal ?? { state: 'ready', settings: { bytes } };
  },

  async *work({ bytes }, context) {
    const { signal } = context;
    const path = join(context.scratch, 'random');
    context.progress(`writing ${formatBytes(bytes)} of random bytes`);
    await writeThrough(path, bytes, { signal, fill: randomFillSync });
    const file = await open(path, 'r');
    const hash = async () => {
      const sum = createHash('sha256');
      const done = await readThrough(file, bytes, signal, (chunk) => sum.update(chunk));
      sum.digest();
      return done;
    };
    try {
      context.progress('reading them into the page cache');
      await hash();
      yield await repeated(
        context,
        { variant: '', unit: 'byte', ...NODE, arguments: { bytes, chunkBytes: CHUNK_BYTES } },
        hash,
      );
    } finally {
      await file.close();
    }
  },
};
