import { setInterval } from 'node:timers';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { readClocksource } from '../host/clocksource.ts';
import { DISTINCT_STATES, parseCpuTicks } from '../host/cpu-ticks.ts';
import { type Found, type Host, valueIn } from '../host/host.ts';
import { parsePressure } from '../host/pressure.ts';
import type { BenchmarkConfig } from './benchmark.ts';

type DisturbanceLimits = Pick<BenchmarkConfig, 'benchmarks.steal-limit' | 'benchmarks.pressure-limit'>;

const TICK_MS = 1000;
const MAX_GAP_MS = 5000;
const MAX_STEP_US = 1_000_000;

/** Watches for what spoils a measurement: steal, pressure, another clocksource, a pause or a stepped clock. */
export async function watchDisturbances(host: Host, clock: Clock, limits: DisturbanceLimits) {
  const before = await observe(host, clock);
  let lastUs = clock.monoUs();
  let longestGapMs = 0;
  const timer = setInterval(() => {
    const nowUs = clock.monoUs();
    longestGapMs = Math.max(longestGapMs, (nowUs - lastUs) / 1000);
    lastUs = nowUs;
  }, TICK_MS);
  return {
    /** Ends the watch: the reasons why what ran meanwhile must not feed a baseline. */
    async end(): Promise<string[]> {
      clearInterval(timer);
      const after = await observe(host, clock);
      const gapMs = Math.max(longestGapMs, (after.monoUs - lastUs) / 1000);
      const found = compare(before, after, limits);
      if (gapMs > MAX_GAP_MS) found.push(`paused: the agent did not run for ${Math.round(gapMs / 1000)} s`);
      return found;
    },
  };
}

export interface Observation {
  readonly monoUs: number;
  readonly wallUs: number;
  readonly clocksource?: string;
  /** Ticks over all CPUs since boot. */
  readonly cpu?: { readonly total: number; readonly steal: number };
  /** µs in which some task waited, by resource. */
  readonly pressureUs: Readonly<Record<string, number>>;
}

export function compare(before: Observation, after: Observation, limits: DisturbanceLimits): string[] {
  const found: string[] = [];
  const elapsedUs = after.monoUs - before.monoUs;
  if (before.cpu !== undefined && after.cpu !== undefined) {
    const share = (after.cpu.steal - before.cpu.steal) / Math.max(1, after.cpu.total - before.cpu.total);
    if (share > limits['benchmarks.steal-limit']) found.push(`steal: ${percent(share)} of the CPU time`);
  }
  for (const [resource, startUs] of Object.entries(before.pressureUs)) {
    const share = ((after.pressureUs[resource] ?? startUs) - startUs) / Math.max(1, elapsedUs);
    if (share > limits['benchmarks.pressure-limit'])
      found.push(`pressure: tasks waited for ${resource} ${percent(share)} of the time`);
  }
  if (before.clocksource !== after.clocksource) {
    found.push(`clocksource: changed from ${before.clocksource ?? '?'} to ${after.clocksource ?? '?'}`);
  }
  const stepUs = after.wallUs - before.wallUs - elapsedUs;
  if (Math.abs(stepUs) > MAX_STEP_US) found.push(`clock: stepped by ${(stepUs / 1e6).toFixed(1)} s`);
  return found;
}

/**
 * A guest that was paused cannot see it on its own clocks when these stood still too; but the lab's clock went on, and
 * the next comparison with it moves the estimate.
 * @param estimateUs the lab's time for the run's first moment, as estimated before the run and after it
 */
export function compareLabTimes(
  estimateUs: { readonly before: number | undefined; readonly after: number | undefined },
  rate: number,
): string[] {
  if (estimateUs.before === undefined || estimateUs.after === undefined) return [];
  const movedMs = Math.abs(estimateUs.after - estimateUs.before) / 1000 / Math.max(1, rate);
  return movedMs > MAX_GAP_MS
    ? [`paused: the lab's clock moved by ${Math.round(movedMs / 1000)} s against ours`]
    : [];
}

async function observe(host: Host, clock: Clock): Promise<Observation> {
  const [stat, clocksource, cpu, memory] = await Promise.all([
    host.read('/proc/stat'),
    readClocksource(host),
    host.read('/proc/pressure/cpu'),
    host.read('/proc/pressure/memory'),
  ]);
  const waitedUs = (found: Found<string>) => parsePressure(valueIn(found) ?? '')['some'];
  return {
    monoUs: clock.monoUs(),
    wallUs: clock.wallUs(),
    pressureUs: defined({ cpu: waitedUs(cpu), memory: waitedUs(memory) }),
    ...defined({ clocksource: valueIn(clocksource), cpu: parseStealTicks(valueIn(stat) ?? '') }),
  };
}

/** Ticks of all CPUs together, from /proc/stat; guest time is in user time already and not counted again. */
export function parseStealTicks(stat: string): { total: number; steal: number } | undefined {
  const ticks = parseCpuTicks(stat)?.counters ?? {};
  const steal = ticks['steal'];
  if (steal === undefined) return undefined;
  return { total: DISTINCT_STATES.reduce((sum, state) => sum + (ticks[state] ?? 0), 0), steal };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
