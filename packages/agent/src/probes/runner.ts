import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { type ProbeOutcomeShape, type SampleShape, v1 } from '@nestwatch/proto';
import type { Host } from '../host/host.ts';
import { boundedRead } from './bounded-read.ts';
import type { Probe, ProbeEvent, ProbeFactory, Reading } from './probe.ts';
import { selectProbes } from './select.ts';

export interface ProbeRunnerOptions {
  readonly probes: readonly ProbeFactory[];
  /** Names of probes that do not run. */
  readonly off: readonly string[];
  readonly host: Host;
  readonly clock: Clock;
  /** Longest time one probe may take, ms. */
  readonly limitMs: number;
  readonly log: Log;
  /** Told of what happened once, such as a step of the clock. */
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
  const { host, clock, limitMs, log, onEvent } = options;
  const chosen = selectProbes(options.probes, options.off);
  const reads = chosen.map((probe) => ({ probe, read: boundedRead(probe, limitMs) }));
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
    for (const { probe, read } of reads) {
      if (signal.aborted) break;
      const startedUs = clock.monoUs();
      const reading = await read({ host, clock, signal, emit: (event) => onEvent?.(event) });
      const durationUs = Math.max(0, Math.round(clock.monoUs() - startedUs));
      const reason = reading.state === 'known' ? '' : reading.reason;
      sample.probes.push({ probe: probe.name, status: STATUS[reading.state], reason, durationUs });
      if (reading.state === 'known') put(sample, probe, reading);
      sayChange(probe.name, reading.state, reason);
    }
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

/** The field and the value belong together by the probe's type, which a list of probes can not express. */
function put(sample: SampleBody, probe: Probe, reading: Extract<Reading<unknown>, { state: 'known' }>): void {
  (sample as Record<string, unknown>)[probe.field] = reading.value;
}
