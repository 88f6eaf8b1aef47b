import { parseCpuList } from './cpu-list.ts';
import { type Host, valueIn } from './host.ts';

const FOLDER = '/sys/devices/system/node';

/** The CPUs of each NUMA node, by its number; empty where the kernel knows of none. */
export async function readNumaNodes(host: Host): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const nodes = new Map<number, ReadonlySet<number>>();
  for (const name of valueIn(await host.list(FOLDER)) ?? []) {
    const number = /^node(\d{1,4})$/.exec(name)?.[1];
    if (number === undefined) continue;
    const cpus = valueIn(await host.read(`${FOLDER}/${name}/cpulist`, 16 * 1024));
    nodes.set(Number(number), parseCpuList(cpus ?? ''));
  }
  return nodes;
}
