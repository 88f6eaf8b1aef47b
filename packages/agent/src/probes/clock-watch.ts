import { defined } from '@nestwatch/common/defined';
import { median } from '@nestwatch/common/statistics';
import type { ProbeEvent } from './probe.ts';

/** The clocks of a machine at one moment. */
export interface ClockReading {
  /** CLOCK_MONOTONIC and CLOCK_REALTIME, µs. */
  monoUs: number;
  wallUs: number;
  /** CLOCK_BOOTTIME, which goes on while the machine is suspended to memory. */
  bootSeconds?: number | undefined;
  /** The hardware clock, which goes on while the hypervisor has paused the machine. Not read each time. */
  rtcSeconds?: number | undefined;
}

/** NTP slews by less than this in one interval; what is more is a step. */
const STEP_US = 500_000;
/** Clocks that are read in whole seconds, or late, differ by less than this without a pause. */
const PAUSE_SECONDS = 2;
/** An interval this much longer than usual is a pause, or as bad as one. */
const USUAL_TIMES = 3;
const USUAL_MORE_SECONDS = 5;
/** Drift is taken over these many readings: Date.now() counts whole ms, which is 100 ppm of 10 s. */
const DRIFT_READINGS = 60;
const DRIFT_MIN_SECONDS = 60;

/**
 * Follows the clocks from reading to reading, and tells steps and pauses from normal running.
 *
 * Three traces of a pause: CLOCK_BOOTTIME ran ahead of CLOCK_MONOTONIC (suspended by the guest itself); the
 * monotonic clock jumped between two readings (a clocksource that goes on through a pause, such as tsc; or a machine
 * so starved that it did not run); the hardware clock ran ahead of both (kvm-clock stands still in a pause,
 * Documentation/virt/kvm/x86/timekeeping.rst).
 */
export function createClockWatch() {
  let last: ClockReading | undefined;
  let lastWithRtc: ClockReading | undefined;
  let steady: ClockReading[] = [];
  const gaps: number[] = [];

  return {
    /** How the clocks moved since the last reading, if there was one, and what that tells. */
    next(reading: ClockReading) {
      const before = last;
      const withRtc = lastWithRtc;
      last = reading;
      if (reading.rtcSeconds !== undefined) lastWithRtc = reading;
      if (before === undefined) {
        steady = [reading];
        return { events: [] };
      }
      const wallStepUs = offsetUs(reading) - offsetUs(before);
      const pausedSeconds = Math.max(
        suspendedSeconds(before, reading),
        overlongSeconds(before, reading, gaps),
        withRtc === undefined ? 0 : behindRtcSeconds(withRtc, reading),
      );
      const events = [...stepEvents(wallStepUs), ...pauseEvents(pausedSeconds)];
      steady = events.length > 0 ? [reading] : [...steady, reading].slice(-DRIFT_READINGS);
      return { movement: defined({ wallStepUs, pausedSeconds, driftPpm: drift(steady) }), events };
    },
  };
}

function stepEvents(wallStepUs: number): ProbeEvent[] {
  if (Math.abs(wallStepUs) <= STEP_US) return [];
  const way = wallStepUs > 0 ? 'forward' : 'back';
  const text = `the wall clock was set ${way} by ${(Math.abs(wallStepUs) / 1e6).toFixed(1)} s`;
  return [{ kind: 'CLOCK_STEPPED', text, magnitude: wallStepUs }];
}

function pauseEvents(pausedSeconds: number): ProbeEvent[] {
  if (pausedSeconds <= 0) return [];
  const text = `this machine did not run for ${pausedSeconds.toFixed(1)} s: paused and resumed, or starved`;
  return [{ kind: 'RESUMED', text, magnitude: pausedSeconds * 1e6 }];
}

const offsetUs = ({ wallUs, monoUs }: ClockReading) => wallUs - monoUs;

function suspendedSeconds(before: ClockReading, now: ClockReading): number {
  if (before.bootSeconds === undefined || now.bootSeconds === undefined) return 0;
  const seconds = now.bootSeconds - before.bootSeconds - (now.monoUs - before.monoUs) / 1e6;
  return seconds > PAUSE_SECONDS ? seconds : 0;
}

/** How much longer than usual the interval was; `gaps` are the last usual ones. */
function overlongSeconds(before: ClockReading, now: ClockReading, gaps: number[]): number {
  const gap = (now.monoUs - before.monoUs) / 1e6;
  const usual = median(gaps);
  gaps.push(gap);
  if (gaps.length > 5) gaps.shift();
  return gap >= usual * USUAL_TIMES + USUAL_MORE_SECONDS ? gap - usual : 0;
}

/** How far the hardware clock ran ahead of the monotonic one, unless it was set by the wall clock meanwhile. */
function behindRtcSeconds(before: ClockReading, now: ClockReading): number {
  if (before.rtcSeconds === undefined || now.rtcSeconds === undefined) return 0;
  const ahead = now.rtcSeconds - before.rtcSeconds - (now.monoUs - before.monoUs) / 1e6;
  if (ahead <= PAUSE_SECONDS) return 0;
  const agrees = Math.abs(now.rtcSeconds - now.wallUs / 1e6) <= PAUSE_SECONDS;
  const wallStepped = offsetUs(now) - offsetUs(before) > STEP_US;
  return agrees && !wallStepped ? 0 : ahead;
}

/** Slope of the wall clock against the monotonic one, µs for each second. */
function drift(steady: readonly ClockReading[]): number | undefined {
  const first = steady[0];
  const last = steady.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const seconds = (last.monoUs - first.monoUs) / 1e6;
  return seconds < DRIFT_MIN_SECONDS ? undefined : (offsetUs(last) - offsetUs(first)) / seconds;
}
