import type { Clock } from '@nestwatch/common/clock';
import type { Measured, Repetition, WorkContext } from './benchmark.ts';

/** What a measurement is apart from its repetitions and times. */
export type About = Pick<Measured, 'variant' | 'unit' | 'engine' | 'engineVersion' | 'arguments'> &
  Pick<Partial<Measured>, 'exceedsMemory' | 'target' | 'targetName' | 'distanceLayers'>;

/** Runs one repetition and times it on the monotonic clock. `act` returns the units of work that it did. */
export async function timed(clock: Clock, act: () => Promise<number> | number): Promise<Repetition> {
  const startedUs = clock.monoUs();
  const units = await act();
  return { durationUs: clock.monoUs() - startedUs, units };
}

/** A measurement of `repetitions` equal runs of `act`. What `act` throws makes it a failed one. */
export async function repeated(
  context: WorkContext,
  about: About,
  repetitions: number,
  act: () => Promise<number> | number,
): Promise<Measured> {
  const startedMonoUs = context.clock.monoUs();
  const done: Repetition[] = [];
  for (let at = 1; at <= repetitions; at++) {
    context.signal.throwIfAborted();
    context.progress(`${about.variant === '' ? '' : `${about.variant}: `}${at} of ${repetitions}`);
    done.push(await timed(context.clock, act));
  }
  return measured(context.clock, about, startedMonoUs, done);
}

/** A complete measurement that ends now. */
export function measured(
  clock: Clock,
  about: About,
  startedMonoUs: number,
  repetitions: readonly Repetition[],
): Measured {
  return { ...about, outcome: 'ok', reason: '', repetitions, startedMonoUs, endedMonoUs: clock.monoUs() };
}

/** A measurement without value: why it could not be taken. */
export function without(
  clock: Clock,
  about: About,
  outcome: Exclude<Measured['outcome'], 'ok'>,
  reason: string,
  startedMonoUs = clock.monoUs(),
): Measured {
  return { ...about, outcome, reason, repetitions: [], startedMonoUs, endedMonoUs: clock.monoUs() };
}

/** Median of the time for one unit over the repetitions, in seconds; undefined when there is none. */
export function secondsPerUnit(repetitions: readonly Repetition[]): number | undefined {
  const each = repetitions
    .filter(({ units, durationUs }) => units > 0 && durationUs > 0)
    .map(({ units, durationUs }) => durationUs / 1e6 / units);
  return each.length === 0 ? undefined : median(each);
}

/** NaN when there are no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
