import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffOptions {
  firstMs: number;
  maxMs: number;
  /** Random number in [0, 1), injected for tests. */
  random?: () => number;
}

/** Waiting times that double up to a limit, each spread over ±25 % so that many waiters do not come back at once. */
export function createBackoff({ firstMs, maxMs, random = Math.random }: BackoffOptions) {
  let nextMs = firstMs;
  return {
    /** The next waiting time in ms. */
    next(): number {
      const ms = nextMs;
      nextMs = Math.min(maxMs, nextMs * 2);
      return Math.round(ms * (0.75 + random() / 2));
    },
    reset(): void {
      nextMs = firstMs;
    },
  };
}

/** Waits, and returns false at once when the signal is or becomes aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
