import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { untilReconnect } from '@nestwatch/common/nats/until-reconnect';
import { rangesOf } from '@nestwatch/common/ranges';
import { type BootRangesShape, subjects, v1 } from '@nestwatch/proto';
import { toRanges, toShapes } from './encode-state.ts';
import { createTally, type RunKey, type Settled } from './pending-changes.ts';
import type { Board, OpenBoard } from './state-store.ts';

export interface AccountingOptions {
  connection: NatsConnection;
  openBoard: OpenBoard;
  clock: Clock;
  log: Log;
  /** How often this collector's part is merged into the shared accounts, ms, where that is quick. Default 1000. */
  mergeEveryMs?: number;
  /** Called every time, with the keys that changed; perhaps none. */
  onMerged?: (board: Board, keys: readonly string[]) => Promise<void>;
}

export interface Accounting {
  /**
   * Tells the agents what they may free, and takes note of it. Call when a batch's fate is decided.
   * @param counted those of the batch that go into the accounts; all by default
   */
  settle(batch: readonly Settled[], counted?: readonly Settled[]): void;
  /** An agent began a run, and still holds these numbers of earlier ones. */
  started(run: RunKey, wallUs: number, held: readonly BootRangesShape[]): void;
  /** An agent's outbox let these numbers go. */
  dropped(node: { lab: string; node: string }, dropped: readonly BootRangesShape[]): void;
  /** Merges until the signal is aborted, and once more then. */
  run(signal: AbortSignal): Promise<void>;
}

/** Of the time that a merge takes, how long the next waits: with thousands of nodes it would take all the time there is. */
const MERGE_REST = 10;
/** Most runs that one message may tell about. */
const MOST_RUNS = 1000;
const BOOT = /^[A-Za-z0-9_-]{1,64}$/;

interface Start {
  run: RunKey;
  wallUs: number;
  held: readonly BootRangesShape[];
}

/**
 * Follows every sequence number to its end. Confirmations go out at once and by themselves; the accounts, which an
 * agent reads when it missed a confirmation, are merged into the shared bucket a little later.
 */
export function createAccounting(options: AccountingOptions): Accounting {
  const { connection, openBoard, clock, log, mergeEveryMs = 1000, onMerged } = options;
  const tally = createTally();
  let starts: Start[] = [];

  /** What a start says of the runs before it: they are over, and this is what may still come of them. */
  async function close(board: Board, { run, wallUs, held }: Start): Promise<void> {
    const heldByBoot = new Map(held.map((each) => [each.boot ?? '', toRanges(each.ranges)]));
    for (const [boot, ranges] of heldByBoot) {
      if (BOOT.test(boot) && boot !== run.boot)
        tally.add({ ...run, boot }, { closedUs: wallUs, held: ranges, firstUs: clock.wallUs() });
    }
    for (const account of await board.runsOf(run.lab, run.node)) {
      if (account.boot === run.boot || heldByBoot.has(account.boot) || account.lastWallUs >= wallUs) continue;
      tally.add({ ...run, boot: account.boot }, { closedUs: wallUs, held: [] });
    }
  }

  async function mergeAll(board: Board): Promise<void> {
    while (starts[0] !== undefined) {
      await close(board, starts[0]);
      starts = starts.slice(1);
    }
    const waiting = [...tally.take()];
    const merged: string[] = [];
    const failed: unknown[] = [];
    for (let at = 0; at < waiting.length; at += 64) {
      await Promise.all(
        waiting.slice(at, at + 64).map(async ([key, news]) => {
          try {
            await board.merge(key, news);
            merged.push(key);
          } catch (error) {
            tally.putBack(key, news);
            failed.push(error);
          }
        }),
      );
    }
    await onMerged?.(board, merged);
    if (failed.length > 0) throw failed[0];
  }

  return {
    settle(batch, counted = batch) {
      for (const [node, boots] of byNode(batch)) {
        const confirmed = [...boots].map(([boot, seqs]) => ({ boot, ranges: toShapes(rangesOf(seqs)) }));
        const [lab = '', name = ''] = node.split('.');
        connection.publish(subjects.written(lab, name), v1.Written.encode({ confirmed }).finish());
      }
      const nowUs = clock.wallUs();
      for (const settled of counted) tally.note(settled, nowUs);
    },
    started: (run, wallUs, held) => void starts.push({ run, wallUs, held: held.slice(0, MOST_RUNS) }),
    dropped(node, dropped) {
      for (const { boot = '', ranges } of dropped.slice(0, MOST_RUNS)) {
        if (boot !== null && BOOT.test(boot)) {
          tally.add({ ...node, boot }, { dropped: toRanges(ranges), firstUs: clock.wallUs() });
        }
      }
    },
    async run(signal) {
      const backoff = createBackoff({ firstMs: 250, maxMs: 5000 });
      let said = false;
      while (!signal.aborted) {
        let board: Board | undefined;
        try {
          const current = AbortSignal.any([signal, untilReconnect(connection)]);
          board = await openBoard();
          if (said) log.info('the accounts can be kept again');
          said = false;
          backoff.reset();
          for (let waitMs = mergeEveryMs; await pause(waitMs, current); ) {
            const startedUs = clock.monoUs();
            await mergeAll(board);
            waitMs = Math.max(mergeEveryMs, ((clock.monoUs() - startedUs) / 1000) * MERGE_REST);
          }
          if (signal.aborted) await mergeAll(board);
        } catch (error) {
          if (!said)
            log.warn('the accounts cannot be kept, trying until they can', { error: messageOf(error) });
          said = true;
          await pause(backoff.next(), signal);
        } finally {
          board?.close();
        }
      }
    },
  };
}

function byNode(batch: readonly Settled[]): Map<string, Map<string, number[]>> {
  const nodes = new Map<string, Map<string, number[]>>();
  for (const { lab, node, boot, seq } of batch) {
    const key = `${lab}.${node}`;
    const boots = nodes.get(key) ?? new Map<string, number[]>();
    nodes.set(key, boots);
    const seqs = boots.get(boot) ?? [];
    boots.set(boot, seqs);
    seqs.push(seq);
  }
  return nodes;
}
