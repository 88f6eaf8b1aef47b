import { messageOf } from '@nestwatch/common/errors';
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
    const own = new AbortController();
    const stop = () => own.abort(context.signal.reason);
    context.signal.addEventListener('abort', stop, { once: true });
    let timer: NodeJS.Timeout | undefined;

    const limit = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => {
        resolve({ state: 'timed-out', reason: `took longer than ${limitMs} ms` });
        own.abort();
      }, limitMs);
      own.signal.addEventListener('abort', () => resolve({ state: 'timed-out', reason: 'stopped' }), {
        once: true,
      });
    });
    busy = true;
    const reading = readSafely(probe, { ...context, signal: own.signal }).finally(() => {
      busy = false;
    });
    try {
      return await Promise.race([reading, limit]);
    } finally {
      clearTimeout(timer);
      context.signal.removeEventListener('abort', stop);
    }
  };
}

async function readSafely(probe: Probe, context: ProbeContext): Promise<Outcome> {
  try {
    return await probe.read(context);
  } catch (error) {
    return { state: 'unknown', reason: `the probe failed: ${messageOf(error)}` };
  }
}
