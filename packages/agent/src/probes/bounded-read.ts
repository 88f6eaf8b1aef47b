import { messageOf } from '@nestwatch/common/errors';
import { linkSignals, TimeLimitError } from '@nestwatch/common/link-signals';
import { unlessAborted } from '@nestwatch/common/unless-aborted';
import type { Probe, ProbeContext, Reading } from './probe.ts';

export type Outcome = Reading<unknown> | { readonly state: 'timed-out'; readonly reason: string };

/**
 * A probe's `read` that always answers within `limitMs` and never throws. The probe's signal is aborted at the
 * limit; one that does not heed it is left alone until it comes back, so that a file that hangs costs one
 * thread and not one more at each tick.
 */
export function boundedRead(probe: Probe, limitMs: number): (context: ProbeContext) => Promise<Outcome> {
  let busy = false;
  return async (context) => {
    if (busy) return { state: 'timed-out', reason: 'still reading since an earlier tick' };
    busy = true;
    const { signal, release } = linkSignals([context.signal], limitMs);
    const reading = readSafely(probe, { ...context, signal }).finally(() => {
      busy = false;
    });
    const outcome = await unlessAborted(reading, signal);
    release();
    if (outcome !== undefined) return outcome;
    const isLate = signal.reason instanceof TimeLimitError;
    return { state: 'timed-out', reason: isLate ? `took longer than ${limitMs} ms` : 'stopped' };
  };
}

async function readSafely(probe: Probe, context: ProbeContext): Promise<Outcome> {
  try {
    return await probe.read(context);
  } catch (error) {
    return { state: 'unknown', reason: `the probe failed: ${messageOf(error)}` };
  }
}
