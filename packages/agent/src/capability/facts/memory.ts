import { BALLOONS, readBalloon } from '../../host/balloon.ts';
import { readChoice } from '../../host/choice.ts';
import { parseFound } from '../../host/host.ts';
import { meminfoLine, readMeminfo } from '../../host/meminfo.ts';
import { about, defineSource } from '../fact.ts';

const MEMINFO = '/proc/meminfo';

/** How much memory guests can be given at most. */
export const memory = defineSource({
  name: 'memory',
  about: {
    total_bytes: about<number>('Memory the kernel manages.', `${MEMINFO} MemTotal`),
    swap_total_bytes: about<number>('Swap space.', `${MEMINFO} SwapTotal`),
    balloon: about<string>('How this machine can give memory back to its hypervisor.', BALLOONS),
  },
  async read({ host }) {
    const meminfo = await readMeminfo(host);
    return {
      total_bytes: meminfoLine(meminfo, 'MemTotal'),
      swap_total_bytes: meminfoLine(meminfo, 'SwapTotal'),
      balloon: await readBalloon(host),
    };
  },
});

const THP = '/sys/kernel/mm/transparent_hugepage';

/** Large pages, which make first touches and page walks of guests cheaper. */
export const hugePages = defineSource({
  name: 'huge_pages',
  about: {
    transparent: about<string>('When memory gets huge pages by itself.', `${THP}/enabled`),
    defrag: about<string>('How hard the kernel tries for them.', `${THP}/defrag`),
    reserved: about<number>(
      'Huge pages of the default size that are reserved.',
      '/proc/meminfo HugePages_Total',
    ),
    size_bytes: about<number>('Default size of a huge page.', '/proc/meminfo Hugepagesize'),
    ksm: about<boolean>('Whether equal pages of guests are merged.', '/sys/kernel/mm/ksm/run'),
  },
  async read({ host }) {
    const meminfo = await readMeminfo(host);
    return {
      transparent: await readChoice(host, `${THP}/enabled`),
      defrag: await readChoice(host, `${THP}/defrag`),
      reserved: meminfoLine(meminfo, 'HugePages_Total'),
      size_bytes: meminfoLine(meminfo, 'Hugepagesize'),
      ksm: parseFound(await host.read('/sys/kernel/mm/ksm/run', 64), (text) => text.trim() === '1', ''),
    };
  },
});
