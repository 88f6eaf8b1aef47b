import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError } from '@nestwatch/common/errors';

export interface WaitOptions {
  /** What is waited for, for the error message. */
  what: string;
  /** Waiting ends when this process does. */
  child?: ChildProcess;
  /** Last lines of a log, for the error message. */
  tail?: () => string;
  limitMs?: number;
  signal?: AbortSignal;
}

const EVERY_MS = 50;

/**
 * Waits until a condition holds.
 * @throws RetryableError when it does not within the limit (default 60 s) or the process ended first.
 */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  { what, child, tail, limitMs = 60_000, signal }: WaitOptions,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  const last = () => (tail === undefined ? '' : `\n${tail()}`);
  for (;;) {
    if (await holds()) return;
    signal?.throwIfAborted();
    if (
      child !== undefined &&
      (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    ) {
      throw new RetryableError(`${what} exited at once${last()}`);
    }
    if (Date.now() > deadline) {
      throw new RetryableError(`${what} did not appear within ${Math.round(limitMs / 1000)} s${last()}`);
    }
    await sleep(EVERY_MS);
  }
}

/** Whether something answers at this address and says that all is well. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
