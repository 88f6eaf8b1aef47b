import type { Clock } from '@nestwatch/common/clock';
import type { SampleShape, v1 } from '@nestwatch/proto';
import { type Found, type Host, known } from '../host/host.ts';
import { type Counters, createDeltaMeter, type Deltas } from './deltas.ts';

/**
 * A probe reads one source, cheaply, at every interval.
 *
 * The contract: `read` never starts a process and never throws for a source that is missing or odd (it answers
 * `absent`, `denied` or `unknown` with the reason); it stops soon after the signal is aborted; it may keep the
 * last reading to form rates over the monotonic clock, and answers `warming-up` until it has two. The runner,
 * not the probe, measures its duration, catches what it throws all the same, and bounds its time.
 */
export interface Probe<K extends ProbeField = ProbeField> {
  /** Name in configuration, catalogue and messages, such as "cpu-time". */
  readonly name: string;
  /** Field of Sample that its value fills. */
  readonly field: K;
  /** One line for `nestwatch-agent probe`. */
  readonly meaning: string;
  read(context: ProbeContext): Promise<Reading<Value<K>>>;
}

/** Fields of Sample that hold one probe's value; a trace of exits stands alone in its message. */
export type ProbeField = Exclude<keyof SampleShape, 'header' | 'probes' | 'exitTrace' | '$unknowns'>;

/** What a probe finds out. */
export type Value<K extends ProbeField> = NonNullable<SampleShape[K]>;

export interface ProbeContext {
  readonly host: Host;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Reports something that happened once, such as a step of the clock, beside the values. */
  emit(event: ProbeEvent): void;
}

/** What the agent turns into an Event message. */
export interface ProbeEvent {
  readonly kind: keyof typeof v1.Event.Kind;
  /** One sentence for a person. */
  readonly text: string;
  /** Size of what happened, where that is a number. */
  readonly magnitude?: number;
}

export type Reading<T> = Found<T> | { readonly state: 'warming-up'; readonly reason: string };

/** The answer of a probe that needs two readings and has one. */
export const warmingUp: Reading<never> = {
  state: 'warming-up',
  reason: 'a rate needs two readings, and this is the first',
};

/** Makes a probe with no memory of earlier readings. */
export type ProbeFactory = () => Probe;

/** A probe, named as its field: that of `cpuTime` is "cpu-time". */
export function probe<K extends ProbeField>(field: K, meaning: string, read: Probe<K>['read']): Probe<K> {
  const name = field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { name, field, meaning, read };
}

/** A probe of how fast counters grow; `find` reads them, and what else stands beside them. */
export function rateProbe<K extends ProbeField, T extends { readonly counters: Counters }>(
  field: K,
  meaning: string,
  find: (host: Host) => Promise<Found<T>>,
  shape: (deltas: Deltas, found: T) => Value<K>,
): Probe<K> {
  const meter = createDeltaMeter();
  return probe(field, meaning, async ({ host, clock }) => {
    const found = await find(host);
    if (found.state !== 'known') return found;
    const deltas = meter.next(clock.monoUs(), found.value.counters);
    return deltas === undefined ? warmingUp : known(shape(deltas, found.value));
  });
}
