import { randomUUID } from 'node:crypto';
import { JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '@nestwatch/common/log';
import { BUCKETS } from '@nestwatch/proto';
import { encodeState } from './encode-state.ts';
import { begun, createKnownStates, type Known } from './known-states.ts';
import { runKey } from './run-key.ts';
import { type DeliveryState, emptyState, merge } from './state.ts';

export type DeliveryStateStore = Awaited<ReturnType<typeof openDeliveryStateStore>>;

const WRONG_LAST_SEQUENCE = 10071;
const MOST_ATTEMPTS = 20;
/** Times that one version of a state is sent while no answer comes. */
const MOST_SENDINGS = 3;

/**
 * The delivery states that all collectors share: one key for each run of an agent, `<lab>.<node>.<run id>`. Follows their
 * bucket, so that what other collectors merged is known without asking.
 * @param answerMs how long to wait for the answer to one sending, ms
 */
export async function openDeliveryStateStore(
  connection: NatsConnection,
  bucket: KV,
  log: Log,
  answerMs = 5000,
) {
  const stream = jetstream(connection);
  const known = createKnownStates(log);
  const watcher = await bucket.watch();
  let failure: Error | undefined;

  /** Takes states out of the bucket, without leaving a note in it. */
  async function forget(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const { streams } = await jetstreamManager(connection, { checkAPI: false });
    for (const key of keys) {
      await streams.purge(`KV_${BUCKETS.watermarks}`, { filter: `$KV.${BUCKETS.watermarks}.${key}` });
    }
    log.info('the oldest runs of agents are forgotten, as their node or lab has too many', {
      runs: keys.length,
      first: keys[0],
    });
  }

  void (async () => {
    for await (const entry of watcher) {
      if (entry.operation !== 'PUT') known.unlearn(entry.key);
      else {
        known.learn(entry.key, entry.value, entry.revision);
        known.trim(entry.key);
      }
    }
  })().catch((error: Error) => {
    failure = error;
  });

  async function fetch(key: string): Promise<Known | undefined> {
    const entry = await bucket.get(key);
    if (entry === null) return undefined;
    // Where somebody deleted it, what follows stands on the note that says so.
    return entry.operation === 'PUT'
      ? known.learn(key, entry.value, entry.revision)
      : begun(key, entry.revision);
  }

  /**
   * Puts a state in place of the one with this revision, 0 for none. Counts in it must not be added twice, but an
   * answer may be lost: by its id the server knows a repetition, and answers as it did to the first.
   */
  async function replace(key: string, state: DeliveryState, revision: number): Promise<void> {
    const bytes = encodeState(state);
    const ack = await stream.publish(`$KV.${BUCKETS.watermarks}.${key}`, bytes, {
      msgID: randomUUID(),
      timeout: answerMs,
      retries: MOST_SENDINGS,
      expect: { lastSubjectSequence: revision },
    });
    known.learn(key, bytes, ack.seq);
  }

  return {
    /** Adds changes to a run's state, whatever the other collectors do meanwhile. @throws when the bucket is away. */
    async merge(key: string, changes: DeliveryState): Promise<DeliveryState> {
      if (failure !== undefined) throw failure;
      let base = known.get(key) ?? (await fetch(key));
      for (let attempt = 1; ; attempt++) {
        const state = merge(base?.state ?? emptyState(changes.runId), changes);
        try {
          await replace(key, state, base?.revision ?? 0);
          await forget(known.trim(key));
          return state;
        } catch (error) {
          if (!isConflict(error) || attempt === MOST_ATTEMPTS) throw error;
          known.unlearn(key);
          base = await fetch(key);
        }
      }
    },
    /** States of all runs of a node. */
    async runsOf(lab: string, node: string): Promise<DeliveryState[]> {
      const prefix = runKey({ lab, node, runId: '' });
      const keys = new Set([...known.states.keys()].filter((key) => key.startsWith(prefix)));
      for await (const key of await bucket.keys(`${prefix}*`)) keys.add(key);
      const runs = await Promise.all([...keys].map(async (key) => known.get(key) ?? (await fetch(key))));
      return runs.flatMap((run) => (run === undefined ? [] : [run.state]));
    },
    /** Everything that this collector knows of, by key. Goes on changing. */
    all: (): ReadonlyMap<string, DeliveryState> => known.states,
    /** Ends following the bucket. */
    close: () => watcher.stop(),
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE;
}
