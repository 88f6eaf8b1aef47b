import { defined } from '@nestwatch/common/defined';
import { known, readParsed, valueIn } from '../host/host.ts';
import { readUptime } from '../host/uptime.ts';
import { probe, type Value } from './probe.ts';

/** Load averages and time since boot, from /proc/loadavg and /proc/uptime (proc(5)). */
export const load = () =>
  probe('load', 'Load averages, threads and time since boot', async ({ host }) => {
    const averages = await readParsed(host, '/proc/loadavg', parseLoadavg);
    if (averages.state !== 'known') return averages;
    return known(defined({ ...averages.value, uptimeSeconds: valueIn(await readUptime(host)) }));
  });

/** "0.46 0.14 0.07 2/117 8539"; undefined when it is anything else. */
export function parseLoadavg(text: string): Value<'load'> | undefined {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) (\d+)\/(\d+) \d+$/.exec(text.trim());
  if (match === null) return undefined;
  const [load1 = null, load5 = null, load15 = null, runnableThreads = null, threads = null] = match
    .slice(1)
    .map(Number);
  return { load1, load5, load15, runnableThreads, threads };
}
