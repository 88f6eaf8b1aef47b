import { parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

const ONLINE = '/sys/devices/system/cpu/online';

/** How many CPUs this machine has. */
export const cpus = defineSource({
  name: 'cpus',
  about: { online: about<number>('CPUs online.', ONLINE) },
  async read({ host }) {
    const list = await host.read(ONLINE, 4096);
    return { online: parseFound(list, countCpuList, `${ONLINE} was not understood`) };
  },
});

/** Number of CPUs in a kernel list such as "0-3,8"; undefined when it is none. */
export function countCpuList(text: string): number | undefined {
  let count = 0;
  for (const range of text.trim().split(',')) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return undefined;
    count += last - first + 1;
  }
  return count;
}
