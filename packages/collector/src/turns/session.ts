import { setMaxListeners } from 'node:events';
import { createLatch } from '@nestwatch/common/latch';
import { linkSignals } from '@nestwatch/common/link-signals';

/** A session runs until it is stopped, or until a part of it fails. */
export interface Session {
  /** Aborted when the session ends, for whatever reason. */
  readonly signal: AbortSignal;
  /** Ends it: `over` rejects with this. */
  fail(error: unknown): void;
  /** Resolves when the session was stopped. */
  over(): Promise<void>;
}

export function createSession(until: AbortSignal): Session {
  const failure = new AbortController();
  const ends = linkSignals([until, failure.signal]);
  // Each lab listens.
  setMaxListeners(0, ends.signal);
  return {
    signal: ends.signal,
    fail: (error) => failure.abort(error),
    async over() {
      await createLatch().wait({ signal: ends.signal });
      ends.release();
      if (failure.signal.aborted) throw failure.signal.reason;
    },
  };
}
