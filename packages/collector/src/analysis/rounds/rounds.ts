import { pause } from '@nestwatch/common/backoff';
import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import type { Store } from '../../influx/store.ts';
import { type RoundKey, readRound, recentRounds } from '../../read/results.ts';
import { createPointWriter } from '../point-writer.ts';
import { compareRound } from './compare.ts';
import { slowdownLine } from './slowdown-line.ts';

export interface RoundsOptions {
  readonly store: Store;
  readonly log: Log;
  /** How long to wait for further results of a round before computing, ms. */
  readonly stabiliseMs?: number;
}

/** What of a message tells that a round has a new result. */
export interface WrittenMessage {
  readonly kind: string;
  readonly header: { readonly lab: string };
  readonly body: unknown;
}

/** Computes the slowdowns of each round, again with every result that arrives, however late. */
export interface Rounds {
  /** Told of every message that is written. */
  observe(message: WrittenMessage): void;
  /** Works until the signal is aborted and what was observed until then is done. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** What is in InfluxDB is all the state there is: any collector can compute any round, and twice gives the same. */
export function createRounds({ store, log, stabiliseMs = 1000 }: RoundsOptions): Rounds {
  const waiting = new Map<string, RoundKey>();
  const added = createLatch();
  const write = createPointWriter(store, 'slowdowns of rounds', log);
  const add = (key: RoundKey) => {
    waiting.set(`${key.lab} ${key.round}`, key);
    added.wake();
  };
  const next = async (signal: AbortSignal) => {
    while (waiting.size === 0 && !signal.aborted) await added.wait({ signal });
    return waiting.entries().next().value;
  };

  return {
    observe({ kind, header, body }) {
      if (kind !== 'benchmark') return;
      const { benchmark, round, secondsPerUnit } = body as Record<string, unknown>;
      if (typeof round !== 'string' || round === '' || typeof secondsPerUnit !== 'number') return;
      add({ lab: header.lab, benchmark: String(benchmark), round });
    },
    async run(signal) {
      await write(async () => {
        (await recentRounds(store)).forEach(add);
        return [];
      });
      for (let due = await next(signal); due !== undefined; due = await next(signal)) {
        const [name, key] = due;
        await pause(stabiliseMs, signal);
        waiting.delete(name);
        const retryMs = await write(async () => compareRound(await readRound(store, key)).map(slowdownLine), {
          lab: key.lab,
          round: key.round,
        });
        if (retryMs === undefined) continue;
        // After those that wait already.
        waiting.set(name, key);
        if (!(await pause(retryMs, signal))) return;
      }
    },
  };
}
