import { pause } from '@nestwatch/common/backoff';
import type { Cron } from './cron.ts';
import { msUntil, type SharedTime } from './shared-time.ts';

// The estimate of the shared time may change while waiting for it.
const LONGEST_WAIT_MS = 30_000;
const STEPPED_BACK_MS = 7_200_000;
/** A machine that was busy at a nominal time still takes part within this time. */
const LATE_MS = 60_000;

/**
 * Yields the nominal times of a cron expression as the shared time reaches them. What was slept through for
 * long, as in a paused guest, is not made up for. A clock that is set back a little does not make a time come twice.
 */
export async function* nominalTimes(
  cron: Cron,
  now: () => SharedTime,
  signal: AbortSignal,
): AsyncGenerator<number> {
  const floor = (ms: number) => Math.floor(ms / cron.stepMs) * cron.stepMs;
  let last = floor(now().ms);
  for (;;) {
    const before = now();
    const waitMs = msUntil(Math.max(last, floor(before.ms)) + cron.stepMs, before);
    if (!(await pause(Math.ceil(Math.min(LONGEST_WAIT_MS, Math.max(1, waitMs))), signal))) return;
    const { ms: nowMs } = now();
    const current = floor(nowMs);
    if (last - current > STEPPED_BACK_MS) last = current;
    const earliest = Math.ceil((nowMs - LATE_MS) / cron.stepMs) * cron.stepMs;
    for (let at = Math.max(last + cron.stepMs, earliest); at <= current; at += cron.stepMs) {
      if (cron.matches(at)) yield at;
    }
    last = Math.max(last, current);
  }
}
