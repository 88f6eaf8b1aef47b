import { meminfoLine, readMeminfo } from '../../host/meminfo.ts';
import { about, defineSource } from '../fact.ts';

const MEMINFO = '/proc/meminfo';

/** How much memory guests can be given at most. */
export const memory = defineSource({
  name: 'memory',
  about: {
    total_bytes: about<number>('Memory the kernel manages.', `${MEMINFO} MemTotal`),
    swap_total_bytes: about<number>('Swap space.', `${MEMINFO} SwapTotal`),
  },
  async read({ host }) {
    const meminfo = await readMeminfo(host);
    return {
      total_bytes: meminfoLine(meminfo, 'MemTotal'),
      swap_total_bytes: meminfoLine(meminfo, 'SwapTotal'),
    };
  },
});
