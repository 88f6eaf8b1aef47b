import { type Host, readParsed, remark } from '../host/host.ts';
import type { Deltas } from './deltas.ts';
import { rateProbe, type Value } from './probe.ts';

/** How long threads waited for a CPU, from /proc/schedstat (Documentation/scheduler/sched-stats.rst). */
export const runDelay = () =>
  rateProbe('runDelay', 'Time that threads waited for a CPU', readSchedstat, (deltas, { cpus }) =>
    delays(deltas, cpus),
  );

async function readSchedstat(host: Host) {
  const found = await readParsed(host, '/proc/schedstat', parseSchedstat, 'unknown version');
  return found.state === 'absent' ? remark(found, 'this kernel is built without CONFIG_SCHEDSTATS') : found;
}

/**
 * The last three columns of the cpu lines, the same since version 14: time threads ran (cpu<n>.run), time they waited
 * (cpu<n>.wait), both ns, and timeslices (cpu<n>.slices). Undefined for older or no versions.
 */
export function parseSchedstat(text: string) {
  const version = /^version (\d+)$/m.exec(text);
  if (version === null || Number(version[1]) < 14) return undefined;
  const counters: Record<string, number> = {};
  const cpus: number[] = [];
  for (const [, cpu, columns = ''] of text.matchAll(/^cpu(\d+) ([\d ]+)$/gm)) {
    const [run, wait, slices] = columns.trim().split(' ').slice(6).map(Number);
    if (run === undefined || wait === undefined || slices === undefined) continue;
    counters[`cpu${cpu}.run`] = run;
    counters[`cpu${cpu}.wait`] = wait;
    counters[`cpu${cpu}.slices`] = slices;
    cpus.push(Number(cpu));
  }
  return cpus.length === 0 ? undefined : { counters, cpus };
}

function delays(deltas: Deltas, cpus: readonly number[]): Value<'runDelay'> {
  const ratesOfAll = (name: string, scale: number) =>
    cpus.flatMap((cpu) => {
      const rate = deltas.rate(`cpu${cpu}.${name}`);
      return rate === undefined ? [] : [rate * scale];
    });
  const waits = ratesOfAll('wait', 1e-9);
  const runs = ratesOfAll('run', 1e-9);
  const waitSeconds = sum(waits);
  const slicesPerSecond = sum(ratesOfAll('slices', 1));
  return {
    waitRatio: waitSeconds === null ? null : waitSeconds / waits.length,
    waitMaxRatio: waits.length === 0 ? null : Math.max(...waits),
    runRatio: runs.length === 0 ? null : (sum(runs) ?? 0) / runs.length,
    timeslicesPerSecond: slicesPerSecond,
    waitUs: waitSeconds === null || !slicesPerSecond ? null : (waitSeconds / slicesPerSecond) * 1e6,
    resets: deltas.resets(),
  };
}

/** Null when there is nothing to add up. */
function sum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}
