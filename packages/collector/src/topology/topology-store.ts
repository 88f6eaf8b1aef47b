import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { untilReconnect } from '@nestwatch/common/nats/until-reconnect';
import { keepRunning } from '@nestwatch/common/retry';
import { BUCKETS } from '@nestwatch/proto';
import { BUCKET_SETTINGS } from '../ingest/buckets.ts';
import { ALL_LABS, type OwnLabs, sharedBucket } from '../shards/own-labs.ts';
import type { Decision } from './claim-memory.ts';
import type { StoredPosition } from './layer-position.ts';
import type { NodeRecord } from './node-record.ts';
import { parseDecision, parseNodeRecord, parsePosition } from './parse-record.ts';
import { createUnsaved } from './unsaved.ts';

export type TopologyStore = ReturnType<typeof createTopologyStore>;

/**
 * What all collectors know together of every node: its record, its layer position and what an operator decided of it, in a
 * key-value bucket, as `view.<lab>.<node>`, `place.<lab>.<node>` and `accepted.<lab>.<node>`. Reading is from memory; what others write arrives by a watch.
 * @param onChange told in which lab something changed, here or elsewhere; without one that all is read
 * @param labs whose nodes are known; of others there is nothing
 */
export function createTopologyStore(
  connection: NatsConnection,
  replicas: number,
  log: Log,
  onChange: (lab?: string) => void,
  labs: Pick<OwnLabs, 'owns' | 'sharing' | 'untilChanged'> = ALL_LABS,
) {
  const records = new Map<string, NodeRecord>();
  const positions = new Map<string, StoredPosition>();
  const decisions = new Map<string, Decision>();
  const unsaved = createUnsaved(log);
  let ready = false;

  function save(key: string, value: object | undefined): void {
    unsaved.add(key, value);
    onChange(labOf(key));
  }

  function learn(entry: KvWatchEntry): void {
    if (unsaved.has(entry.key) && ready) return;
    // True from the last entry on that was there before the watch began.
    if (entry.isUpdate) ready = true;
    const lab = labOf(entry.key);
    if (labs.owns(lab ?? '')) keep(entry);
    onChange(lab);
  }

  function keep(entry: KvWatchEntry): void {
    const [kind, ...rest] = entry.key.split('.');
    const text = entry.operation === 'PUT' ? entry.string() : '';
    if (kind === 'view') setOrDelete(records, rest.join('.'), parseNodeRecord(text));
    else if (kind === 'place') setOrDelete(positions, rest.join('.'), parsePosition(text));
    else if (kind === 'accepted') setOrDelete(decisions, rest.join('.'), parseDecision(text));
  }

  /** What is known here and not stored any more, because the bucket was lost, is to be stored again. */
  function noteMissing(stored: ReadonlySet<string>): void {
    for (const [kind, known] of Object.entries({ view: records, place: positions, accepted: decisions })) {
      for (const [node, value] of known) {
        const key = `${kind}.${node}`;
        if (!stored.has(key) && !unsaved.has(key)) unsaved.add(key, value);
      }
    }
  }

  function forgetOthers(): void {
    for (const known of [records, positions, decisions]) {
      for (const key of known.keys()) if (!labs.owns(key.slice(0, key.indexOf('.')))) known.delete(key);
    }
  }

  async function follow(works: () => void, signal: AbortSignal): Promise<void> {
    const reconnected = AbortSignal.any([untilReconnect(connection), labs.untilChanged()]);
    forgetOthers();
    const settings = { ...sharedBucket(BUCKET_SETTINGS.topology, labs), replicas };
    const bucket = await ensureBucket(connection, BUCKETS.topology, settings);
    noteMissing(await keysOf(bucket));
    if ((await bucket.status()).values === 0) {
      ready = true;
      onChange();
    }
    works();
    const over = new AbortController();
    const either = AbortSignal.any([signal, reconnected, over.signal]);
    try {
      await Promise.race([watch(bucket, learn, either), unsaved.keepSaving(bucket, either)]);
    } finally {
      over.abort();
    }
    // The message that it came by is acknowledged, so nobody would tell it again.
    await unsaved.saveAll(bucket);
  }

  return {
    /** False until everything that is stored has been read. */
    get ready(): boolean {
      return ready;
    },
    record: (lab: string, node: string) => records.get(`${lab}.${node}`),
    position: (lab: string, node: string) => positions.get(`${lab}.${node}`),
    records: () => records.values(),
    positions: () => positions.values(),
    decision: (lab: string, node: string) => decisions.get(`${lab}.${node}`),
    putRecord(record: NodeRecord): void {
      records.set(`${record.lab}.${record.node}`, record);
      save(`view.${record.lab}.${record.node}`, record);
    },
    putPosition(position: StoredPosition): void {
      positions.set(`${position.lab}.${position.node}`, position);
      save(`place.${position.lab}.${position.node}`, position);
    },
    putDecision(decision: Decision): void {
      decisions.set(`${decision.lab}.${decision.node}`, decision);
      save(`accepted.${decision.lab}.${decision.node}`, decision);
    },
    forget(lab: string, node: string): void {
      for (const [kind, known] of Object.entries({ view: records, place: positions, accepted: decisions })) {
        if (known.delete(`${lab}.${node}`)) save(`${kind}.${lab}.${node}`, undefined);
      }
    },
    /** Keeps it up to date until the signal is aborted. */
    run(signal: AbortSignal): Promise<void> {
      const failing = 'cannot store the topology, retrying';
      return keepRunning((works) => follow(works, signal), { signal, log, failing });
    },
  };
}

function labOf(key: string): string | undefined {
  return key.split('.')[1];
}

async function keysOf(bucket: KV): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const key of await bucket.keys()) keys.add(key);
  return keys;
}

async function watch(bucket: KV, onEntry: (entry: KvWatchEntry) => void, signal: AbortSignal): Promise<void> {
  const entries = await bucket.watch();
  const stop = () => entries.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const entry of entries) onEntry(entry);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function setOrDelete<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
