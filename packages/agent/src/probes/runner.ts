import type { Clock } from '@nestwatch/common/clock';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { LONGEST_TIMER_MS } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import { type ProbeOutcomeShape, type SampleShape, v1 } from '@nestwatch/proto';
import type { Host } from '../host/host.ts';
import type { Probe, ProbeContext, ProbeEvent, ProbeFactory, Reading } from './probe.ts';

export interface ProbeRunnerOptions {
  readonly probes: readonly ProbeFactory[];
  /** Names of probes that do not run. */
  readonly off: readonly string[];
  readonly host: Host;
  readonly clock: Clock;
  /** Longest time one probe may take, ms. */
  readonly limitMs: number;
  readonly log: Log;
  /** Called with what happened once, such as a step of the clock. */
  readonly onEvent?: (event: ProbeEvent) => void;
}

export type SampleBody = Omit<SampleShape, 'header'>;

const { Status } = v1.ProbeOutcome;
const STATUS = {
  known: Status.OK,
  absent: Status.ABSENT,
  denied: Status.DENIED,
  unknown: Status.FAILED,
  'timed-out': Status.TIMED_OUT,
  'warming-up': Status.WARMING_UP,
} as const;

/**
 * Runs probes tick by tick. It measures each one's duration and outcome, bounds its time and catches what it
 * throws; a probe that has not come back from an earlier tick is not asked again until it has.
 * @throws UsageError when `off` names a probe that does not exist.
 */
export function createProbeRunner(options: ProbeRunnerOptions) {
  const { off, host, clock, limitMs, log, onEvent } = options;
  const all = makeProbes(options.probes);
  checkProbeNames(off, all);
  const chosen = all.filter((probe) => !off.includes(probe.name));
  const reads = chosen.map((probe) => ({ probe, read: onlyOnce(probe) }));
  const said = new Map<string, string>();
  let running = false;

  /** Says once, not at each tick, that a probe finds nothing, and when that changes. */
  function sayChange(name: string, state: string, reason: string): void {
    if (state === 'warming-up' || said.get(name) === state) return;
    const isChange = said.has(name) || state !== 'known';
    said.set(name, state);
    if (isChange) log.info(`probe ${name}: ${state}`, { reason: reason || undefined });
  }

  async function run(signal: AbortSignal, host: Host): Promise<SampleBody> {
    const sample: SampleBody & { probes: ProbeOutcomeShape[] } = { probes: [] };
    const bounds = createBounds(signal, limitMs);
    const emit = (event: ProbeEvent) => onEvent?.(event);
    for (const { probe, read } of reads) {
      if (signal.aborted) break;
      const startedUs = clock.monoUs();
      const reading = await bounds.within((signal) => read({ host, clock, signal, emit }));
      const durationUs = Math.max(0, Math.round(clock.monoUs() - startedUs));
      const reason = reading.state === 'known' ? '' : reading.reason;
      sample.probes.push({ probe: probe.name, status: STATUS[reading.state], reason, durationUs });
      if (reading.state === 'known') put(sample, probe, reading);
      sayChange(probe.name, reading.state, reason);
    }
    bounds.release();
    return sample;
  }

  return {
    /** The probes that run, in order. */
    probes: chosen,
    /**
     * Runs every probe once, one after the other so that they do not disturb each other's durations. Undefined
     * when the last tick still runs: this one is skipped. Never rejects. `from` stands in for the host, for one tick.
     */
    async tick(signal: AbortSignal, from: Host = host): Promise<SampleBody | undefined> {
      if (running) return undefined;
      running = true;
      try {
        return await run(signal, from);
      } finally {
        running = false;
      }
    },
  };
}

/** The field and the value belong together by the probe's type, which a list of probes cannot express. */
function put(sample: SampleBody, probe: Probe, reading: Extract<Reading<unknown>, { state: 'known' }>): void {
  (sample as Record<string, unknown>)[probe.field] = reading.value;
}

type Outcome = Reading<unknown> | { readonly state: 'timed-out'; readonly reason: string };

/**
 * Bounds the readings of one tick, which follow each other: the signal of one is aborted at the limit, or when the agent
 * stops. One timer and one signal serve them all, as making them for each costs more than many a probe.
 */
function createBounds(stop: AbortSignal, limitMs: number) {
  let controller = new AbortController();
  let answer: (outcome: Outcome) => void = () => undefined;
  const end = (reason: string) => {
    controller.abort();
    answer({ state: 'timed-out', reason });
  };
  const stopped = () => end('stopped');
  const timer = setTimeout(() => end(`took longer than ${limitMs} ms`), Math.min(limitMs, LONGEST_TIMER_MS));
  stop.addEventListener('abort', stopped, { once: true });
  return {
    /** @param read never rejects */
    within(read: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
      if (controller.signal.aborted) controller = new AbortController();
      timer.refresh();
      return new Promise((resolve) => {
        answer = resolve;
        void read(controller.signal).then(resolve);
      });
    },
    /** Lets go of the timer and of the agent's signal. */
    release(): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
    },
  };
}

/**
 * A probe's `read` that never throws, and is not begun while an earlier one has not come back, so that a file that hangs
 * costs one thread and not one more at each tick.
 */
function onlyOnce(probe: Probe): (context: ProbeContext) => Promise<Outcome> {
  let busy = false;
  return async (context) => {
    if (busy) return { state: 'timed-out', reason: 'the reading of an earlier tick still runs' };
    busy = true;
    const reading = await readSafely(probe, context);
    busy = false;
    return reading;
  };
}

async function readSafely(probe: Probe, context: ProbeContext): Promise<Outcome> {
  try {
    return await probe.read(context);
  } catch (error) {
    return { state: 'unknown', reason: `the probe failed: ${messageOf(error)}` };
  }
}

/** Makes all probes. @throws Error when two have one name or one field, which is a mistake in the program. */
export function makeProbes(factories: readonly ProbeFactory[]): Probe[] {
  const made = factories.map((make) => make());
  for (const key of ['name', 'field'] as const) {
    const seen = new Set<string>();
    for (const probe of made) {
      if (seen.has(probe[key])) throw new Error(`two probes have the ${key} ${probe[key]}`);
      seen.add(probe[key]);
    }
  }
  return made;
}

/** @throws UsageError for a name that no probe has, with the names there are. */
export function checkProbeNames(names: readonly string[], all: readonly Probe[]): void {
  const known = all.map((probe) => probe.name);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0) {
    throw new UsageError(`unknown probe ${wrong.join(', ')}; known: ${known.join(', ')}`);
  }
}
