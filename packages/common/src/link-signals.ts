import { LONGEST_TIMER_MS } from './latch.ts';

/**
 * A signal that is aborted with the first of these, or when the time is over. Unlike AbortSignal.any over
 * AbortSignal.timeout, which Node.js 20 may collect as garbage before they fire, it lives until it is released.
 * @returns the signal, and what lets go of the others and of the timer: to be called when what it bounded is over
 */
export function linkSignals(signals: readonly AbortSignal[], limitMs?: number) {
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  const release = () => {
    for (const each of undo.splice(0)) each();
  };
  const abort = (reason: unknown) => {
    release();
    controller.abort(reason);
  };
  for (const signal of signals) {
    if (signal.aborted) {
      abort(signal.reason);
      break;
    }
    const follow = () => abort(signal.reason);
    signal.addEventListener('abort', follow, { once: true });
    undo.push(() => signal.removeEventListener('abort', follow));
  }
  if (limitMs !== undefined && !controller.signal.aborted) {
    const timer = setTimeout(() => abort(new TimeLimitError(limitMs)), Math.min(limitMs, LONGEST_TIMER_MS));
    undo.push(() => clearTimeout(timer));
  }
  return { signal: controller.signal, release };
}

/** The reason of a signal whose time was over. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
  constructor(limitMs: number) {
    super(`no result within ${limitMs / 1000} s`);
  }
}
