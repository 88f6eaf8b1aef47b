import type { SampleShape } from '@nestwatch/proto';
import { known, readParsed } from '../host/host.ts';
import { readUptime } from '../host/uptime.ts';
import type { Probe } from './probe.ts';

type Load = NonNullable<SampleShape['load']>;

/** Load averages and time since boot, from /proc/loadavg and /proc/uptime (proc(5)). */
export function load(): Probe<'load'> {
  return {
    name: 'load',
    field: 'load',
    meaning: 'Load averages, threads and time since boot',
    async read({ host }) {
      const averages = await readParsed(host, '/proc/loadavg', parseLoadavg);
      if (averages.state !== 'known') return averages;
      const uptime = await readUptime(host);
      return known(
        uptime.state === 'known' ? { ...averages.value, uptimeSeconds: uptime.value } : averages.value,
      );
    },
  };
}

/** "0.46 0.14 0.07 2/117 8539"; undefined when it is anything else. */
export function parseLoadavg(text: string): Load | undefined {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) (\d+)\/(\d+) \d+$/.exec(text.trim());
  if (match === null) return undefined;
  const [load1, load5, load15, runnableThreads, threads] = match.slice(1).map(Number);
  return {
    load1: load1 ?? null,
    load5: load5 ?? null,
    load15: load15 ?? null,
    runnableThreads: runnableThreads ?? null,
    threads: threads ?? null,
  };
}
