import { createLatch } from './latch.ts';

/** What the promise resolves to, or undefined as soon as the signal is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const over = createLatch();
  try {
    return await Promise.race([promise, over.wait({ signal }).then(() => undefined)]);
  } finally {
    // Lets go of the signal.
    over.wake();
  }
}
