import { pause } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Ending, warnOfEndings } from './endings.ts';

interface WatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told each sentence that is logged. */
  readonly onEnding?: (text: string) => void;
  readonly firstMs?: number;
  readonly everyMs?: number;
}

/** Looks a minute after the start, and every twelve hours, at what is about to end, until the signal is aborted. Never rejects. */
export async function watchEndings(
  endings: (nowMs: number) => readonly Ending[],
  { clock, log, signal, onEnding, firstMs = 60_000, everyMs = 43_200_000 }: WatchOptions,
): Promise<void> {
  for (let waitMs = firstMs; await pause(waitMs, signal); waitMs = everyMs) {
    const nowMs = clock.wallUs() / 1000;
    try {
      for (const text of warnOfEndings(endings(nowMs), nowMs, log)) onEnding?.(text);
    } catch (error) {
      log.debug('cannot read when certificates expire', { error: messageOf(error) });
    }
  }
}
