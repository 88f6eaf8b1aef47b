import type { SampleShape } from '@nestwatch/proto';
import { known, readParsed } from '../host/host.ts';
import { type Counters, createDeltaMeter, type Deltas } from './deltas.ts';
import { type Probe, warmingUp } from './probe.ts';

type RunDelay = NonNullable<SampleShape['runDelay']>;

/** How long threads waited for a CPU, from /proc/schedstat (Documentation/scheduler/sched-stats.rst). */
export function runDelay(): Probe<'runDelay'> {
  const meter = createDeltaMeter();
  return {
    name: 'run-delay',
    field: 'runDelay',
    meaning: 'Time that threads waited for a CPU',
    async read({ host, clock }) {
      const found = await readParsed(host, '/proc/schedstat', parseSchedstat, 'a version that is not known');
      if (found.state === 'absent') {
        return { ...found, reason: `${found.reason} (this kernel is built without CONFIG_SCHEDSTATS)` };
      }
      if (found.state !== 'known') return found;
      const deltas = meter.next(clock.monoUs(), found.value.counters);
      return deltas === undefined ? warmingUp : known(delays(deltas, found.value.cpus));
    },
  };
}

export interface Schedstat {
  /** cpu<n>.run and cpu<n>.wait in ns, cpu<n>.slices. */
  counters: Counters;
  cpus: number[];
}

/**
 * The last three columns of the cpu lines, the same since version 14: time threads ran, time they waited, both
 * ns, and timeslices. Undefined for older or no versions.
 */
export function parseSchedstat(text: string): Schedstat | undefined {
  const version = /^version (\d+)$/m.exec(text);
  if (version === null || Number(version[1]) < 14) return undefined;
  const counters: Record<string, number> = {};
  const cpus: number[] = [];
  for (const [, cpu, columns = ''] of text.matchAll(/^cpu(\d+) ([\d ]+)$/gm)) {
    const numbers = columns.trim().split(' ').map(Number);
    const [run, wait, slices] = numbers.slice(6);
    if (run === undefined || wait === undefined || slices === undefined) continue;
    Object.assign(counters, {
      [`cpu${cpu}.run`]: run,
      [`cpu${cpu}.wait`]: wait,
      [`cpu${cpu}.slices`]: slices,
    });
    cpus.push(Number(cpu));
  }
  return cpus.length === 0 ? undefined : { counters, cpus };
}

function delays(deltas: Deltas, cpus: readonly number[]): RunDelay {
  const ratesOfAll = (name: string, scale: number) =>
    cpus.flatMap((cpu) => {
      const rate = deltas.rate(`cpu${cpu}.${name}`);
      return rate === undefined ? [] : [rate * scale];
    });
  const waits = ratesOfAll('wait', 1e-9);
  const wait = mean(waits);
  const slices = ratesOfAll('slices', 1);
  const slicesPerSecond = slices.length === 0 ? undefined : slices.reduce((sum, each) => sum + each, 0);
  const waitSeconds = waits.reduce((sum, each) => sum + each, 0);
  return {
    waitRatio: wait ?? null,
    waitMaxRatio: waits.length === 0 ? null : Math.max(...waits),
    runRatio: mean(ratesOfAll('run', 1e-9)) ?? null,
    timeslicesPerSecond: slicesPerSecond ?? null,
    waitUs: wait === undefined || !slicesPerSecond ? null : (waitSeconds / slicesPerSecond) * 1e6,
    resets: deltas.resets(),
  };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0) / values.length;
}
