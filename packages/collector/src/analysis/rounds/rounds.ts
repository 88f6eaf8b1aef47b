import { createBackoff, pause } from '@nestwatch/common/backoff';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { Store } from '../../influx/store.ts';
import type { AgentMessage } from '../../ingest/decode.ts';
import { type RoundKey, readRound, recentRounds } from '../../read/results.ts';
import { compareRound } from './compare.ts';
import { slowdownLine } from './slowdown-line.ts';

export interface RoundsOptions {
  readonly store: Store;
  readonly log: Log;
  /** How long to wait for further results of a round before computing, ms. */
  readonly settleMs?: number;
}

/** Computes the slowdowns of each round, again with every result that arrives, however late. */
export interface Rounds {
  /** Told of every message that is written. */
  observe(message: AgentMessage): void;
  /** Works until the signal is aborted and what was observed until then is done. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** What is in InfluxDB is all the state there is: any collector can compute any round, and twice gives the same. */
export function createRounds({ store, log, settleMs = 1000 }: RoundsOptions): Rounds {
  const waiting = new Map<string, RoundKey>();
  let wake: () => void = () => undefined;
  const add = (key: RoundKey) => {
    waiting.set(`${key.lab} ${key.round}`, key);
    wake();
  };

  const compute = async (key: RoundKey) => {
    const lines = compareRound(await readRound(store, key)).map(slowdownLine);
    await store.write(lines.filter((each) => each !== undefined));
  };
  /** False when the round must be tried again. */
  const attempt = async (name: string, act: () => Promise<void>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      if (error instanceof PermanentError) {
        log.error('a round cannot be compared', { round: name, error: messageOf(error) });
        return true;
      }
      log.debug('a round is compared later', { round: name, error: messageOf(error) });
      return false;
    }
  };

  return {
    observe({ kind, header, body }) {
      if (kind !== 'benchmark') return;
      const { benchmark, round, secondsPerUnit } = body as Record<string, unknown>;
      if (typeof round !== 'string' || round === '' || typeof secondsPerUnit !== 'number') return;
      add({ lab: header.lab, benchmark: String(benchmark), round });
    },
    async run(signal) {
      const backoff = createBackoff({ firstMs: 500, maxMs: 30_000 });
      await attempt('those of the last day', async () => (await recentRounds(store)).forEach(add));
      for (;;) {
        if (waiting.size === 0) {
          if (signal.aborted) return;
          await nextOf(signal);
        }
        await pause(settleMs, signal);
        const [name, key] = waiting.entries().next().value ?? [];
        if (name === undefined || key === undefined) continue;
        waiting.delete(name);
        if (await attempt(key.round, () => compute(key))) backoff.reset();
        else if (signal.aborted) return;
        else {
          waiting.set(name, key);
          await pause(backoff.next(), signal);
        }
      }
    },
  };

  function nextOf(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
