import { DISTINCT_STATES, parseCpuTicks } from '../host/cpu-ticks.ts';
import { readParsed } from '../host/host.ts';
import { TICKS_PER_SECOND } from '../host/process-stat.ts';
import { type Deltas, fieldsOf } from './deltas.ts';
import { rateProbe, type Value } from './probe.ts';

type CpuTime = Value<'cpuTime'>;

/**
 * Shares of CPU time from /proc/stat. Guest time, which the kernel also counts in user, is taken out of it.
 *
 * Known oddities it stands up to: idle and iowait that go back a little (proc(5)), steal that jumps by the whole
 * time a guest was paused, CPUs that come and go (the first line sums all CPUs that are possible).
 */
export const cpuTime = () =>
  rateProbe(
    'cpuTime',
    'CPU time by state, with steal and guest time',
    (host) => readParsed(host, '/proc/stat', parseCpuTicks, 'no cpu line'),
    (deltas, { cpus }) => shares(deltas, cpus),
  );

function shares(deltas: Deltas, cpus: readonly number[]): CpuTime {
  // Ticks are counted when they end, so a state may gain a few more than the time between two readings.
  const mostOfOne = deltas.seconds * TICKS_PER_SECOND * 1.1 + 5;
  const grown = (state: string) => deltas.growth(state, mostOfOne * cpus.length);

  const user = grown('user');
  const nice = grown('nice');
  const guest = within(grown('guest'), user);
  const guestNice = within(grown('guest_nice'), nice);
  const states = {
    userRatio: without(user, guest),
    niceRatio: without(nice, guestNice),
    systemRatio: grown('system'),
    idleRatio: grown('idle'),
    iowaitRatio: grown('iowait'),
    irqRatio: grown('irq'),
    softirqRatio: grown('softirq'),
    stealRatio: grown('steal'),
    guestRatio: guest,
    guestNiceRatio: guestNice,
  };
  const total = Object.values(states).reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0);
  const ratios = fieldsOf(states, (ticks) => (ticks === undefined ? undefined : ticks / total));
  return {
    cpus: cpus.length,
    ...(total > 0 && { ...ratios, ...stealSpread(deltas, cpus, mostOfOne) }),
    resets: deltas.resets(),
  };
}

/** The most and the least steal of one CPU, as shares of that CPU's time. */
function stealSpread(deltas: Deltas, cpus: readonly number[], atMost: number): Partial<CpuTime> {
  const ratios = cpus.flatMap((cpu) => {
    const ticks = DISTINCT_STATES.map((state) => deltas.growth(`cpu${cpu}.${state}`, atMost));
    const steal = ticks[DISTINCT_STATES.indexOf('steal')];
    const total = ticks.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    return steal === undefined || total === 0 ? [] : [steal / total];
  });
  if (ratios.length === 0) return {};
  return { stealMaxRatio: Math.max(...ratios), stealMinRatio: Math.min(...ratios) };
}

/** Guest ticks are counted twice by the kernel, and not always in the same moment. */
function within(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined ? undefined : Math.min(part, whole);
}

function without(whole: number | undefined, part: number | undefined): number | undefined {
  return whole === undefined ? undefined : whole - (part ?? 0);
}
