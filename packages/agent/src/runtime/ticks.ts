import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';

/**
 * Yields at whole multiples of the interval of the monotonic clock, so that a late tick does not move the later ones.
 * Ends when the signal is aborted.
 */
export async function* ticks(intervalMs: number, clock: Clock, signal: AbortSignal): AsyncGenerator<void> {
  const startUs = clock.monoUs();
  for (;;) {
    const elapsedMs = (clock.monoUs() - startUs) / 1000;
    const waitMs = intervalMs - (elapsedMs % intervalMs);
    if (!(await pause(Math.max(1, Math.ceil(waitMs)), signal))) return;
    yield;
  }
}
