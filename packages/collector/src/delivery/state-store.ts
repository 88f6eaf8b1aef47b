import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '@nestwatch/common/log';
import { isWrongRevision } from '@nestwatch/common/nats/lease-entry';
import { BUCKETS } from '@nestwatch/proto';
import { ALL_LABS, type OwnLabs } from '../shards/own-labs.ts';
import { encodeState } from './encode-state.ts';
import { createTurns } from './in-turn.ts';
import { begun, createKnownStates, type Known } from './known-states.ts';
import { runKey } from './run-key.ts';
import { type DeliveryState, hasMerge, type Merge, merge, type StatesByKey } from './state.ts';

export type DeliveryStateStore = Awaited<ReturnType<typeof openDeliveryStateStore>>;

const MOST_ATTEMPTS = 20;
/** Times that one version of a state is sent while no answer comes. */
const MOST_SENDINGS = 3;

/**
 * The delivery states that all collectors share: one key for each run of an agent, `<lab>.<node>.<run id>`. Follows their
 * bucket, so that what other collectors merged is known without asking.
 * @param answerMs how long to wait for the answer to one sending, ms
 * @param labs whose states are kept in mind; those of others are read and changed, and forgotten again
 */
export async function openDeliveryStateStore(
  connection: NatsConnection,
  bucket: KV,
  log: Log,
  answerMs = 5000,
  labs: Pick<OwnLabs, 'owns'> = ALL_LABS,
) {
  const isOwn = (key: string) => labs.owns(key.slice(0, key.indexOf('.')));
  const stream = jetstream(connection);
  const known = createKnownStates(log);
  const watcher = await bucket.watch();
  const collector = randomUUID().slice(0, 8);
  let merges = 0;
  const inTurn = createTurns();
  let failure: Error | undefined;

  void (async () => {
    for await (const entry of watcher) {
      if (entry.operation !== 'PUT') known.unlearn(entry.key);
      else if (isOwn(entry.key)) {
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
   * Puts a state in place of the one with this revision, 0 for none. When no answer comes it is sent again, and is there
   * once at most: servers up to 2.10 answer a repetition as they did to the first, because they know its id; newer ones
   * look at the revision first, and refuse it.
   * @returns false when something else stands there
   */
  async function replaced(key: string, state: DeliveryState, revision: number): Promise<boolean> {
    const bytes = encodeState(state);
    try {
      const ack = await stream.publish(`$KV.${BUCKETS.watermarks}.${key}`, bytes, {
        msgID: randomUUID(),
        timeout: answerMs,
        retries: MOST_SENDINGS,
        expect: { lastSubjectSequence: revision },
      });
      known.learn(key, bytes, ack.seq);
      return true;
    } catch (error) {
      if (isWrongRevision(error)) return false;
      throw error;
    }
  }

  /** Adds changes, which count as this merge of this collector. */
  async function mergeAs(own: Merge, key: string, changes: DeliveryState): Promise<DeliveryState> {
    let base = known.get(key) ?? (await fetch(key)) ?? begun(key, 0);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      // Refused as if another had been quicker, it may be ours that stands there: when its answer was lost.
      if (hasMerge(base.state, own)) return base.state;
      const state = merge(base.state, { ...changes, merges: [own] });
      if (await replaced(key, state, base.revision)) return state;
      known.unlearn(key);
      base = (await fetch(key)) ?? begun(key, 0);
    }
    throw new Error(`the delivery state ${key} was changed by others at each of ${MOST_ATTEMPTS} attempts`);
  }

  return {
    /**
     * Adds changes to a run's state, whatever the other collectors do meanwhile; those of one run one after the other.
     * @throws when the bucket is away
     */
    merge(key: string, changes: DeliveryState): Promise<DeliveryState> {
      return inTurn(key, async () => {
        if (failure !== undefined) throw failure;
        merges += 1;
        const state = await mergeAs({ collector, number: merges }, key, changes);
        await forget(connection, log, known.trim(key));
        if (!isOwn(key)) known.unlearn(key);
        return state;
      });
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
    all: (): StatesByKey => known.states,
    /** Ends following the bucket. */
    close: () => watcher.stop(),
  };
}

/** Takes states out of the bucket, without leaving a note in it. */
async function forget(connection: NatsConnection, log: Log, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const { streams } = await jetstreamManager(connection, { checkAPI: false });
  for (const key of keys) {
    await streams.purge(`KV_${BUCKETS.watermarks}`, { filter: `$KV.${BUCKETS.watermarks}.${key}` });
  }
  log.info('forgot the oldest runs of agents, because their node or lab has too many', {
    runs: keys.length,
    first: keys[0],
  });
}
