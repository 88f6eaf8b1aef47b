import { readChoice } from '../host/choice.ts';
import { valueIn } from '../host/host.ts';
import type { Benchmark, BySize } from './benchmark.ts';
import { MIB } from './bytes.ts';
import { tooLarge } from './limits.ts';
import { NODE, REPETITIONS, repeated } from './measure.ts';

const PAGE_BYTES = 4096;
// Below 32 MiB the C library may hand out memory that was touched before (mallopt(3), M_MMAP_THRESHOLD).
const BYTES: BySize<number> = { tiny: 16 * MIB, small: 64 * MIB, full: 512 * MIB };

/** First touch of fresh memory: each page is a fault here and, in a fresh guest, a nested fault at every layer below. */
export const memFirstTouch: Benchmark<{ bytes: number; hugePages: string }> = {
  name: 'mem.first-touch',
  meaning: 'write one byte into each 4 KiB page of 64 MiB (full 512 MiB) of fresh memory, 3 times',

  async plan({ size, host, limits }) {
    const refusal = tooLarge(limits, { memoryBytes: BYTES[size] * REPETITIONS });
    if (refusal !== undefined) return refusal;
    // With huge pages one fault serves 512 pages, so the setting matters.
    const hugePages = valueIn(await readChoice(host, '/sys/kernel/mm/transparent_hugepage/enabled')) ?? '';
    return { state: 'ready', settings: { bytes: BYTES[size], hugePages } };
  },

  async *work({ bytes, hugePages }, context) {
    // One allocation, of which each repetition touches its own part: nothing has to be freed in between.
    const memory = Buffer.allocUnsafeSlow(bytes * REPETITIONS);
    let part = 0;
    yield await repeated(
      context,
      { variant: '', unit: 'page', ...NODE, arguments: { bytes, pageBytes: PAGE_BYTES, hugePages } },
      () => {
        const end = (part + 1) * bytes;
        for (let at = part * bytes; at < end; at += PAGE_BYTES) memory[at] = 1;
        part += 1;
        return bytes / PAGE_BYTES;
      },
    );
  },
};
