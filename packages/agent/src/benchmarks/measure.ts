import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import { median } from '@nestwatch/common/statistics';
import type { Measured, Outcome, Repetition, WorkContext } from './benchmark.ts';

/** What a measurement is apart from its repetitions and times. */
export type About = Pick<Measured, 'variant' | 'unit' | 'engine' | 'engineVersion' | 'arguments'> &
  Pick<Partial<Measured>, 'exceedsMemory' | 'target' | 'targetName' | 'distanceLayers'>;

/** The engine of what is measured in this process itself. */
export const NODE = { engine: 'node', engineVersion: process.version } as const;

export const REPETITIONS = 3;

/** One repetition: the units of work that it did, to be timed here, or with the time that it took by itself. */
export type Act = () => Promise<number | Repetition> | number | Repetition;

/** Runs one repetition and times it on the monotonic clock. */
export async function timed(clock: Clock, act: Act): Promise<Repetition> {
  const startedUs = clock.monoUs();
  const done = await act();
  return typeof done === 'number' ? { durationUs: clock.monoUs() - startedUs, units: done } : done;
}

/** A measurement of equal runs of `act`. @throws what `act` throws, and when the run is stopped */
export async function repeated(
  context: WorkContext,
  about: About,
  act: Act,
  repetitions = REPETITIONS,
): Promise<Measured> {
  const { clock, signal, progress } = context;
  const startedMonoUs = clock.monoUs();
  const done: Repetition[] = [];
  const prefix = [about.variant, about.targetName].filter(Boolean).map((each) => `${each}: `);
  for (let at = 1; at <= repetitions; at++) {
    signal.throwIfAborted();
    progress(`${prefix.join('')}${at} of ${repetitions}`);
    done.push(await timed(clock, act));
  }
  return measured(clock, about, startedMonoUs, done);
}

/** Like `repeated`, but what `act` throws is the reason of a failed measurement. @throws when the run is stopped */
export async function attempted(
  context: WorkContext,
  about: About,
  act: Act,
  repetitions = REPETITIONS,
): Promise<Measured> {
  const startedMonoUs = context.clock.monoUs();
  try {
    return await repeated(context, about, act, repetitions);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return without(context.clock, about, 'FAILED', messageOf(error), startedMonoUs);
  }
}

/** A complete measurement that ends now. */
export function measured(
  clock: Clock,
  about: About,
  startedMonoUs: number,
  repetitions: readonly Repetition[],
): Measured {
  return { ...about, outcome: 'OK', reason: '', repetitions, startedMonoUs, endedMonoUs: clock.monoUs() };
}

/** A measurement without value: why it could not be taken. */
export function without(
  clock: Clock,
  about: About,
  outcome: Exclude<Outcome, 'OK'>,
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
