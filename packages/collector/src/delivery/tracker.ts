import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { untilReconnect } from '@nestwatch/common/nats/until-reconnect';
import { keepRunning } from '@nestwatch/common/retry';
import type { BootRangesShape } from '@nestwatch/proto';
import { ALL_LABS, type OwnLabs } from '../shards/own-labs.ts';
import { createConfirmations } from './confirmations.ts';
import { toRanges } from './encode-state.ts';
import { createPendingChanges, type MessageOutcome } from './pending-changes.ts';
import { RUN_ID_PATTERN, type RunKey, runKey } from './run-key.ts';
import type { DeliveryStateStore } from './state-store.ts';

export interface DeliveryTrackerOptions {
  connection: NatsConnection;
  openStates: () => Promise<DeliveryStateStore>;
  /** When they change, the states are read again. */
  labs?: Pick<OwnLabs, 'untilChanged'>;
  clock: Clock;
  log: Log;
  /** How often what this collector learnt is merged into the shared states, ms, where that is quick. Default 1000. */
  mergeEveryMs?: number;
  /** Called every time, with the keys that changed; perhaps none. */
  onMerged?: (states: DeliveryStateStore, keys: readonly string[]) => Promise<void>;
  /** Whether a run may be kept of which only another run's messages tell. Default: always. */
  mayBegin?: (run: RunKey) => boolean;
}

export type DeliveryTracker = ReturnType<typeof createDeliveryTracker>;

/** Of the time that a merge takes, how long the next waits: with thousands of nodes it would take all the time there is. */
const MERGE_REST = 10;
/** A merge that a server kept waiting says nothing of what merging costs: gaps are closed soon after it all the same. */
const LONGEST_REST_MS = 30_000;
const MERGED_AT_ONCE = 64;
/** Runs of one node that are merged in one go, so that nobody makes the others wait by having many. */
const MERGED_OF_NODE = 16;
/** Most runs that one message may tell about. */
const MOST_RUNS = 1000;

/**
 * How long to wait after a merge, ms.
 * @param tookUs what the merge took, µs
 */
export function restAfter(tookUs: number, mergeEveryMs: number): number {
  return Math.min(
    Math.max(mergeEveryMs, (tookUs / 1000) * MERGE_REST),
    Math.max(mergeEveryMs, LONGEST_REST_MS),
  );
}

interface RunStart {
  run: RunKey;
  wallUs: number;
  held: readonly BootRangesShape[];
}

/**
 * Follows every sequence number to its end. Confirmations go out by themselves, nearly at once; the delivery states, which
 * an agent reads when it missed a confirmation, are merged into the shared bucket a little later.
 */
export function createDeliveryTracker(options: DeliveryTrackerOptions) {
  const {
    connection,
    openStates,
    clock,
    log,
    mergeEveryMs = 1000,
    onMerged,
    mayBegin = () => true,
    labs = ALL_LABS,
  } = options;
  const confirmations = createConfirmations((subject, confirmation) => {
    if (!connection.isClosed()) connection.publish(subject, confirmation);
  }, clock);
  const pending = createPendingChanges();
  /** By run: an agent that says again that it started costs no more. */
  const starts = new Map<string, RunStart>();
  let open: DeliveryStateStore | undefined;

  /** Whether a node's word on another of its runs counts: on one that it had, or a few more. */
  function mayTell(run: RunKey): boolean {
    if (!RUN_ID_PATTERN.test(run.runId)) return false;
    return open?.all().has(runKey(run)) === true || mayBegin(run);
  }

  /** What a start says of the runs before it: they are over, and this is what may still come of them. */
  async function closeEarlierRuns(states: DeliveryStateStore, { run, wallUs, held }: RunStart) {
    const earlier = await states.runsOf(run.lab, run.node);
    const known = new Set(earlier.map(({ runId }) => runId));
    const heldByRun = new Map(held.map((each) => [each.boot ?? '', toRanges(each.ranges)]));
    for (const [runId, ranges] of heldByRun) {
      if (runId !== run.runId && (known.has(runId) || mayTell({ ...run, runId })))
        pending.add({ ...run, runId }, { closedUs: wallUs, held: ranges, firstUs: clock.wallUs() });
    }
    for (const { runId, lastWallUs } of earlier) {
      if (runId === run.runId || heldByRun.has(runId) || lastWallUs >= wallUs) continue;
      pending.add({ ...run, runId }, { closedUs: wallUs, held: [] });
    }
  }

  /**
   * @param ofNode most runs of one node; the others wait for the next time
   * @returns how long the merging took, µs: not what is done with the states then, which InfluxDB may hold up
   */
  async function mergeAll(states: DeliveryStateStore, ofNode?: number): Promise<number> {
    const startedUs = clock.monoUs();
    for (const [key, start] of starts) {
      await closeEarlierRuns(states, start);
      if (starts.get(key) === start) starts.delete(key);
    }
    const waiting = [...pending.take(ofNode)];
    const merged: string[] = [];
    const failed: unknown[] = [];
    for (let at = 0; at < waiting.length; at += MERGED_AT_ONCE) {
      await Promise.all(
        waiting.slice(at, at + MERGED_AT_ONCE).map(async ([key, changes]) => {
          try {
            await states.merge(key, changes);
            merged.push(key);
          } catch (error) {
            pending.putBack(key, changes);
            failed.push(error);
          }
        }),
      );
    }
    const tookUs = clock.monoUs() - startedUs;
    await onMerged?.(states, merged);
    if (failed.length > 0) throw failed[0];
    return tookUs;
  }

  async function follow(works: () => void, signal: AbortSignal): Promise<void> {
    const current = AbortSignal.any([signal, untilReconnect(connection), labs.untilChanged()]);
    const states = await openStates();
    open = states;
    try {
      works();
      await mergeUntil(states, current);
      if (signal.aborted) await mergeAll(states);
    } finally {
      states.close();
    }
  }

  async function mergeUntil(states: DeliveryStateStore, signal: AbortSignal): Promise<void> {
    for (let waitMs = mergeEveryMs; await pause(waitMs, signal); ) {
      const tookUs = await mergeAll(states, MERGED_OF_NODE);
      waitMs = restAfter(tookUs, mergeEveryMs);
    }
  }

  return {
    /**
     * Tells the agents what they may free, and takes note of it. Call when a batch's fate is decided.
     * @param counted those of the batch that go into the states
     */
    record(batch: readonly MessageOutcome[], counted = batch): void {
      confirmations.add(batch);
      const nowUs = clock.wallUs();
      for (const outcome of counted) pending.record(outcome, nowUs);
    },
    /** An agent began a run, and still holds these numbers of earlier ones. */
    runStarted(run: RunKey, wallUs: number, held: readonly BootRangesShape[]): void {
      starts.set(runKey(run), { run, wallUs, held: held.slice(0, MOST_RUNS) });
    },
    /** An agent's outbox let these numbers go. */
    dropped(node: { lab: string; node: string }, dropped: readonly BootRangesShape[]): void {
      for (const { boot, ranges } of dropped.slice(0, MOST_RUNS)) {
        const runId = boot ?? '';
        if (mayTell({ ...node, runId }))
          pending.add({ ...node, runId }, { dropped: toRanges(ranges), firstUs: clock.wallUs() });
      }
    },
    /** Merges until the signal is aborted, and once more then. */
    run(signal: AbortSignal): Promise<void> {
      const failing = 'cannot save delivery states, retrying';
      const working = 'delivery states are saved again';
      const how = { signal, log, maxMs: 5000, failing, working };
      return keepRunning((works) => follow(works, signal), how).finally(confirmations.flush);
    },
  };
}
