import { pause } from '@nestwatch/common/backoff';
import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import { benchmark, COMMON_TAGS } from '@nestwatch/proto';
import { encodeComputed } from '../../influx/points/encode.ts';
import { tagPart } from '../../influx/points/line.ts';
import type { Store } from '../../influx/store.ts';
import { type RoundKey, readRound, recentRounds, type StoredResult } from '../../read/results.ts';
import { createPointWriter } from '../point-writer.ts';
import { compareRound, type Slowdown } from './compare.ts';

/** How long to wait for further results of a round before computing. */
const STABILISE_MS = 1000;

/** What of a message tells that a round has a new result. */
interface WrittenMessage {
  readonly kind: string;
  readonly header: { readonly lab: string };
  readonly body: unknown;
}

export interface RoundsOptions {
  readonly store: Store;
  readonly log: Log;
  /** Where a node stands, by what collectors found. */
  positionOf(lab: string, node: string): { readonly layer?: number };
}

/**
 * Computes the slowdowns of each round, again with every result that arrives, however late. What is in InfluxDB is all
 * the state there is: any collector can compute any round, and twice gives the same.
 */
export function createRounds({ store, log, positionOf }: RoundsOptions) {
  const waiting = new Map<string, RoundKey>();
  const added = createLatch();
  const write = createPointWriter(store, 'slowdowns of rounds', log);
  const add = (key: RoundKey) => {
    waiting.set(`${key.lab} ${key.round}`, key);
    added.wake();
  };
  // A node says itself at which layer it is. Others are measured by it only where collectors found the same.
  const slowdownsOf = async (key: RoundKey) =>
    compareRound(
      await readRound(store, key),
      ({ layer, node }) => layer === 0 && positionOf(key.lab, node).layer === 0,
    );
  const next = async (signal: AbortSignal) => {
    while (waiting.size === 0 && !signal.aborted) await added.wait({ signal });
    return waiting.entries().next().value;
  };

  return {
    /** Called with every message that is written. */
    observe({ kind, header, body }: WrittenMessage): void {
      if (kind !== 'benchmark') return;
      const { benchmark: name, round, secondsPerUnit } = body as Record<string, unknown>;
      if (typeof round !== 'string' || round === '' || typeof secondsPerUnit !== 'number') return;
      add({ lab: header.lab, benchmark: String(name), round });
    },
    /** Works until the signal is aborted and what was observed until then is done. Never rejects. */
    async run(signal: AbortSignal): Promise<void> {
      await write(async () => {
        (await recentRounds(store)).forEach(add);
        return [];
      });
      for (let due = await next(signal); due !== undefined; due = await next(signal)) {
        const [name, key] = due;
        await pause(STABILISE_MS, signal);
        waiting.delete(name);
        const retryMs = await write(async () => (await slowdownsOf(key)).map(slowdownLine), {
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

/** The fields that the collector adds to a result's own point: same tags, same time. */
function slowdownLine({ result: { tags, timeUs }, vsParent, vsBase, disturbed }: Slowdown<StoredResult>) {
  const commonTags = COMMON_TAGS.map((name) => tagPart(name, tags[name] ?? '')).join('');
  const fields = { vs_parent: vsParent, vs_base: vsBase, vs_disturbed: Number(disturbed) };
  return encodeComputed(benchmark, commonTags, tags, fields, timeUs);
}
