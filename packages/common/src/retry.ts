import { pause as systemPause } from './backoff.ts';
import { createOutage, type OutageOptions } from './outage.ts';

export interface RetryOptions extends OutageOptions {
  /** Ends the trying. */
  readonly signal: AbortSignal;
  /** Whether trying again is pointless: then the error is thrown. Default: never. */
  giveUp?(error: unknown): boolean;
  /** Called with every failure that is followed by another try, before the pause. */
  onFailure?(error: unknown): void;
  /** Waits; false when the signal was aborted. Injected for tests. */
  pause?(ms: number, signal: AbortSignal): Promise<boolean>;
}

/**
 * Tries until it works, with longer and longer pauses. It is tried at least once, also when the signal is aborted
 * already: whoever does not want that asks first.
 * @returns what `act` gave, or undefined when the signal was aborted before it worked
 * @throws what `giveUp` says is final
 */
export async function retryUntil<T>(act: () => Promise<T>, options: RetryOptions): Promise<T | undefined> {
  const { signal, giveUp, onFailure, pause = systemPause } = options;
  const outage = createOutage(options);
  for (;;) {
    try {
      const result = await act();
      outage.worked();
      return result;
    } catch (error) {
      if (giveUp?.(error)) throw error;
      if (signal.aborted) return undefined;
      const waitMs = outage.failed(error);
      onFailure?.(error);
      if (!(await pause(waitMs, signal))) return undefined;
    }
  }
}

/**
 * Runs sessions one after the other until the signal is aborted: the next begins after the shortest pause when one ends
 * by itself, and after longer and longer ones when they fail.
 * @param session calls `works` as soon as it does what it is for, which ends an outage; it must end, either way, when
 *   the signal is aborted.
 * @throws what `giveUp` says is final
 */
export async function keepRunning(
  session: (works: () => void) => Promise<void>,
  options: RetryOptions,
): Promise<void> {
  const { signal, giveUp, onFailure, pause = systemPause, firstMs = 250 } = options;
  const outage = createOutage(options);
  let waitMs = 0;
  while (!signal.aborted) {
    try {
      await session(outage.worked);
      outage.worked();
      waitMs = firstMs;
    } catch (error) {
      if (giveUp?.(error)) throw error;
      if (signal.aborted) return;
      waitMs = outage.failed(error);
      onFailure?.(error);
    }
    await pause(waitMs, signal);
  }
}
