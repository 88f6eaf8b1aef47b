import { v1 } from '@nestwatch/proto';
import type { Deltas } from './deltas.ts';
import type { GuestProcess } from './guest-process.ts';

const { RUNS, STILL, SPINS, BLOCKED } = v1.GuestUsage.Activity;
const { NONE, OUTGOING, INCOMING } = v1.GuestUsage.Transfer;

/** A vCPU that ran for so much of the time never slept; one below the other hardly woke up. */
const ALWAYS = 0.98;
const HARDLY = 0.01;
/** What the monitor does beside its vCPUs where it does nothing for its guest; ticks are coarse. */
const IDLE_MONITOR = 0.05;

/** Share of the time in which each vCPU thread ran; those whose share is not known are left out. */
export function runRatios({ vcpuThreads }: Pick<GuestProcess, 'vcpuThreads'>, deltas: Deltas): number[] {
  return vcpuThreads.flatMap((thread) => {
    const ran = deltas.rate(`${thread}.ran`);
    return ran === undefined ? [] : [ran / 1e9];
  });
}

/**
 * What a guest does, as far as it is seen from outside, by its number in guests.proto; undefined where not all vCPUs are known. A guest that rests wakes
 * up many times in a second, for its clock: one that did not run for a whole interval is stopped or halted for good.
 * @param otherRatio CPUs that the monitor used beside its vCPUs
 */
export function activityOf(
  { vcpuThreads, blocked }: Pick<GuestProcess, 'vcpuThreads' | 'blocked'>,
  ran: readonly number[],
  otherRatio: number | undefined,
): number | undefined {
  if (ran.length === 0 || ran.length < vcpuThreads.length) return undefined;
  if (blocked) return BLOCKED;
  if (ran.every((share) => share === 0)) return STILL;
  const isOneThing = ran.every((share) => share >= ALWAYS || share <= HARDLY);
  const spins = isOneThing && ran.some((share) => share >= ALWAYS) && (otherRatio ?? 1) <= IDLE_MONITOR;
  return spins ? SPINS : RUNS;
}

/** Whether a guest is on its way; QEMU shows it by threads, which it names where it was started with debug-threads=on. */
export function transferOf(
  { sends, receives }: Pick<GuestProcess, 'sends' | 'receives'>,
  wasStartedToReceive: boolean,
  everRan: boolean,
): number {
  if (sends) return OUTGOING;
  return receives || (wasStartedToReceive && !everRan) ? INCOMING : NONE;
}

/** A boot is followed where its process was found so soon after its start, and for so long. */
const FOUND_WITHIN_SECONDS = 120;
const LONGEST_SECONDS = 3600;
/** A guest rests when each vCPU runs for less than this on average, in this many samples in a row. */
const RESTS_BELOW = 0.25;
const RESTS_FOR = 3;

/** Follows a guest from the start of its process until it rests for the first time. */
export function createBootWatch(firstAgeSeconds: number) {
  let restingSince: number | undefined;
  let resting = 0;
  let restedSeconds: number | undefined;
  let isOver = firstAgeSeconds > FOUND_WITHIN_SECONDS;
  return {
    /**
     * Seconds from the start of the process to its first rest, once it is known.
     * @param ageSeconds of the process at the end of the interval, and `lengthSeconds` that is
     */
    next(ageSeconds: number, lengthSeconds: number, ran: readonly number[]): number | undefined {
      const mean = ran.reduce((sum, share) => sum + share, 0) / Math.max(1, ran.length);
      // What does not run at all does not boot either.
      if (isOver || mean === 0) return restedSeconds;
      resting = mean < RESTS_BELOW ? resting + 1 : 0;
      if (resting === 1) restingSince = Math.max(0, ageSeconds - lengthSeconds);
      if (resting === RESTS_FOR) restedSeconds = restingSince;
      isOver = restedSeconds !== undefined || ageSeconds > LONGEST_SECONDS;
      return restedSeconds;
    },
  };
}
