import { spawnSync } from 'node:child_process';
import { absent } from '../host/host.ts';
import type { Benchmark, BySize } from './benchmark.ts';
import { findProgram } from './find-program.ts';
import { NODE, repeated } from './measure.ts';

const COUNT: BySize<number> = { tiny: 10, small: 100, full: 1000 };

/** Fork, exec, exit and wait, which cost many page table changes and therefore many exits in a nested guest. */
export const procSpawn: Benchmark<{ trueProgram: string; count: number }> = {
  name: 'proc.spawn',
  meaning: 'start /bin/true from Node.js and wait for it, 100 times (full 1000), 3 times',

  async plan({ size }) {
    const trueProgram = await findProgram(['true']);
    if (trueProgram === undefined) return absent('the program "true" is not installed');
    return { state: 'ready', settings: { trueProgram, count: COUNT[size] } };
  },

  async *work({ trueProgram, count }, context) {
    yield await repeated(context, { variant: '', unit: 'spawn', ...NODE, arguments: { count } }, () => {
      for (let at = 0; at < count; at++) {
        const { error } = spawnSync(trueProgram, { stdio: 'ignore' });
        if (error !== undefined) throw error;
      }
      return count;
    });
  },
};
