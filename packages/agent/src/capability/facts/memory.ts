import { parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';
import { parseMeminfo } from './meminfo.ts';

const MEMINFO = '/proc/meminfo';

/** How much memory guests can be given at most. */
export const memory = defineSource({
  name: 'memory',
  about: {
    total_bytes: about<number>('Memory the kernel manages.', `${MEMINFO} MemTotal`),
    swap_total_bytes: about<number>('Swap space.', `${MEMINFO} SwapTotal`),
  },
  async read({ host }) {
    const found = await host.read(MEMINFO);
    const bytes = (key: string) =>
      parseFound(found, (text) => parseMeminfo(text).get(key), `${MEMINFO} has no line "${key}"`);
    return { total_bytes: bytes('MemTotal'), swap_total_bytes: bytes('SwapTotal') };
  },
});
