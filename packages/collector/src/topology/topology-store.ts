import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { untilReconnect } from '@nestwatch/common/nats/until-reconnect';
import { BUCKETS } from '@nestwatch/proto';
import { parsePlace, type StoredPlace } from './layer-position.ts';
import { parseSighting, type Sighting } from './node-record.ts';

/**
 * What all collectors know together of every node: sightings and places, in a key-value bucket, as `view.<lab>.<node>`
 * and `place.<lab>.<node>`. Reading is from memory; what others write arrives by a watch.
 */
export interface Board {
  /** False until everything that is stored has been read. */
  readonly ready: boolean;
  sighting(lab: string, node: string): Sighting | undefined;
  place(lab: string, node: string): StoredPlace | undefined;
  sightings(): Iterable<Sighting>;
  putSighting(sighting: Sighting): void;
  putPlace(place: StoredPlace): void;
  forget(lab: string, node: string): void;
  /** Keeps it up to date until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export interface BoardOptions {
  connection: NatsConnection;
  replicas: number;
  log: Log;
  /** Something changed, here or elsewhere. */
  onChange(): void;
}

/** NATS takes messages of up to 1 MiB by default; one that it refuses would hold up all others. */
const MOST_CHARACTERS = 256 * 1024;

export function createBoard({ connection, replicas, log, onChange }: BoardOptions): Board {
  const views = new Map<string, Sighting>();
  const places = new Map<string, StoredPlace>();
  /** Keys that are not stored yet, with what is to be: only the latest of each counts. */
  const unsaved = new Map<string, string | undefined>();
  let wake: () => void = () => undefined;
  let ready = false;

  const save = (key: string, value: object | undefined) => {
    const text = value === undefined ? undefined : JSON.stringify(value);
    if (text !== undefined && text.length > MOST_CHARACTERS) {
      log.warn('this node tells too much of its guests to be stored', { key, characters: text.length });
      return;
    }
    unsaved.set(key, text);
    wake();
    onChange();
  };
  const take = (entry: KvWatchEntry) => {
    if (unsaved.has(entry.key) && ready) return;
    const [kind, ...rest] = entry.key.split('.');
    const text = entry.operation === 'PUT' ? entry.string() : '';
    if (kind === 'view') keep(views, rest.join('.'), parseSighting(text));
    else if (kind === 'place') keep(places, rest.join('.'), parsePlace(text));
    // True from the last entry on that was there before the watch began.
    if (entry.isUpdate) ready = true;
    onChange();
  };

  /** What is known here and not stored any more, because the bucket was lost, is to be stored again. */
  const noteMissing = (keys: readonly string[]) => {
    const stored = new Set(keys);
    const note = (kind: string, known: ReadonlyMap<string, object>) => {
      for (const [key, value] of known) {
        const full = `${kind}.${key}`;
        if (!stored.has(full) && !unsaved.has(full)) unsaved.set(full, JSON.stringify(value));
      }
    };
    note('view', views);
    note('place', places);
  };

  const saveOnce = async (bucket: KV) => {
    for (const [key, text] of unsaved) {
      if (text === undefined) await bucket.delete(key);
      else await bucket.put(key, text);
      if (unsaved.get(key) === text) unsaved.delete(key);
    }
  };
  const saveAll = async (bucket: KV, signal: AbortSignal) => {
    while (!signal.aborted) {
      await saveOnce(bucket);
      // Aborted while it saved, it would not be told again.
      if (unsaved.size > 0 || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  };

  return {
    get ready() {
      return ready;
    },
    sighting: (lab, node) => views.get(`${lab}.${node}`),
    place: (lab, node) => places.get(`${lab}.${node}`),
    sightings: () => views.values(),
    putSighting(sighting) {
      views.set(`${sighting.lab}.${sighting.node}`, sighting);
      save(`view.${sighting.lab}.${sighting.node}`, sighting);
    },
    putPlace(place) {
      places.set(`${place.lab}.${place.node}`, place);
      save(`place.${place.lab}.${place.node}`, place);
    },
    forget(lab, node) {
      views.delete(`${lab}.${node}`);
      places.delete(`${lab}.${node}`);
      save(`view.${lab}.${node}`, undefined);
      save(`place.${lab}.${node}`, undefined);
    },
    async run(signal) {
      const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
      while (!signal.aborted) {
        try {
          const current = untilReconnect(connection);
          const bucket = await ensureBucket(connection, BUCKETS.topology, { ttlMs: 0, replicas });
          noteMissing(await keysOf(bucket));
          if ((await bucket.status()).values === 0) {
            ready = true;
            onChange();
          }
          const over = new AbortController();
          const either = AbortSignal.any([signal, current, over.signal]);
          try {
            await Promise.race([watch(bucket, take, either), saveAll(bucket, either)]);
          } finally {
            over.abort();
            wake();
          }
          // Its report is acknowledged, so nobody would tell it again.
          await saveOnce(bucket);
          backoff.reset();
        } catch (error) {
          if (!signal.aborted)
            log.warn('the topology cannot be stored, trying until it can', { error: messageOf(error) });
        }
        await pause(backoff.next(), signal);
      }
    },
  };
}

async function keysOf(bucket: KV): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of await bucket.keys()) keys.push(key);
  return keys;
}

async function watch(bucket: KV, take: (entry: KvWatchEntry) => void, signal: AbortSignal): Promise<void> {
  const entries = await bucket.watch();
  const stop = () => entries.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const entry of entries) take(entry);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
