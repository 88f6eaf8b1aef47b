import { statSync } from 'node:fs';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { BUCKETS } from '@nestwatch/proto';
import type { CollectorConfig } from '../config/schema.ts';
import type { OwnLabs } from './own-labs.ts';
import { isExact } from './patterns.ts';
import { forShard, readShards, type Shard, type ShardPlan, shardNamed, shardOf } from './shard-file.ts';
import { changeLabs, labsIn, labsOfStream, streamInfo } from './streams.ts';

export interface ShardLabsOptions {
  readonly connection: NatsConnection;
  /** As it is for the shard. */
  readonly config: CollectorConfig;
  /** As it is for all. */
  readonly given: CollectorConfig;
  readonly plan: ShardPlan;
  readonly log: Log;
}

export type ShardLabs = ReturnType<typeof createShardLabs>;

const LOOK_EVERY_MS = 2000;

/**
 * The labs of a collector's shard. The truth is the subjects of the streams, of which NATS lets no two overlap: so no two
 * shards of one NATS ever take one lab. The file says where a lab goes that no stream has yet.
 */
export function createShardLabs({
  connection,
  config,
  given,
  plan: first,
  log,
}: ShardLabsOptions): OwnLabs & {
  plan(): ShardPlan;
  settle(manager: JetStreamManager): Promise<ReadonlySet<string>>;
  peers(): readonly Shard[];
  run(signal: AbortSignal): Promise<void>;
} {
  const { shard: name } = config;
  const stream = config['stream.name'];
  let plan = first;
  let own: ReadonlySet<string> | undefined;
  let elsewhere: ReadonlyMap<string, string> = new Map();
  let changed = new AbortController();
  /** Labs that are taken, or refused, at this moment. */
  const asked = new Set<string>();

  /** The shards of the same NATS. */
  const peers = () =>
    plan.shards.filter(
      (each) => forShard(given, each)['nats.url'] === config['nats.url'] || each.name === name,
    );
  const isMine = (lab: string) => shardOf(plan, lab)?.name === name;
  const exactLabs = () => shardNamed(plan, name).labs.filter(isExact);

  async function readElsewhere(manager: JetStreamManager): Promise<void> {
    const found = new Map<string, string>();
    for (const each of peers()) {
      if (each.name === name) continue;
      const labs = await labsOfStream(manager, each.settings['stream.name'] ?? '');
      for (const lab of labs ?? []) found.set(lab, each.name);
    }
    elsewhere = found;
  }

  function have(labs: ReadonlySet<string>, isOwnDoing: boolean): void {
    const before = own ?? new Set<string>();
    const gone = [...before].filter((lab) => !labs.has(lab));
    const come = [...labs].filter((lab) => !before.has(lab));
    own = labs;
    if (gone.length + come.length === 0) return;
    log.info('the labs of this shard changed', { shard: name, come: come.join(' '), gone: gone.join(' ') });
    if (isOwnDoing) return;
    changed.abort(new Error('labs came or went'));
    changed = new AbortController();
  }

  async function look(manager: JetStreamManager): Promise<void> {
    await readElsewhere(manager);
    const info = await streamInfo(manager, stream);
    const labs = info === undefined ? undefined : labsIn(info);
    if (labs !== undefined) have(labs, false);
    for (const lab of exactLabs()) if (labs !== undefined && !labs.has(lab)) take(lab);
  }

  /** Adds a lab that no shard has. */
  async function add(lab: string): Promise<void> {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    await readElsewhere(manager);
    if (elsewhere.has(lab) || own === undefined) return;
    if (own.size >= config['limits.labs']) {
      log.warn('a lab is not taken: this shard has as many as limits.labs', { shard: name, lab });
      return;
    }
    let all: ReadonlySet<string> = own;
    const taken = await changeLabs(manager, stream, (labs) => {
      all = new Set([...labs, lab]);
      return all;
    });
    if (taken) have(all, true);
    else log.warn('a lab is not taken: another stream has it', { shard: name, lab });
  }

  function take(lab: string): void {
    if (own === undefined || own.has(lab) || elsewhere.has(lab) || asked.has(lab) || !isMine(lab)) return;
    asked.add(lab);
    add(lab)
      .catch((error: unknown) => log.warn('a lab cannot be taken yet', { lab, error: messageOf(error) }))
      .finally(() => asked.delete(lab));
  }

  /** The file is read again when it changed; one that cannot be used changes nothing. */
  let readAtMs = changedAtMs(plan.path);
  async function readAgain(): Promise<void> {
    const atMs = changedAtMs(plan.path);
    if (atMs === readAtMs) return;
    readAtMs = atMs;
    try {
      const read = await readShards(plan.path, given);
      shardNamed(read, name);
      plan = read;
      log.info('the shards are read again', { file: plan.path });
    } catch (error) {
      log.error('the shards stay as they were', { file: plan.path, error: messageOf(error) });
    }
  }

  return {
    shard: name,
    get sharing() {
      return peers().length;
    },
    plan: () => plan,
    peers,
    owns: (lab) => own?.has(lab) === true,
    answersFor(lab) {
      if (lab === undefined) return peers()[0]?.name === name;
      if (own?.has(lab)) return true;
      const by = shardOf(plan, lab) ?? peers()[0];
      return !elsewhere.has(lab) && by?.name === name;
    },
    asked: take,
    untilChanged: () => changed.signal,
    /**
     * The labs that the stream is to have: those it has; where there is none, or it took all labs before, those that are
     * known. @throws when NATS does not answer
     */
    async settle(manager) {
      await readElsewhere(manager);
      const info = await streamInfo(manager, stream);
      const before = info === undefined ? own : labsIn(info);
      const labs = before ?? (await knownLabs(manager)).filter(isMine);
      const wanted = new Set([...labs, ...exactLabs()].filter((lab) => !elsewhere.has(lab)));
      have(wanted, false);
      return wanted;
    },
    /** Keeps up to date until the signal is aborted. */
    async run(signal) {
      do {
        await readAgain();
        const manager = await jetstreamManager(connection, { checkAPI: false });
        await look(manager).catch((error: unknown) =>
          log.debug('the streams of the shards cannot be looked at', { error: messageOf(error) }),
        );
      } while (await pause(LOOK_EVERY_MS, signal));
    },
  };
}

/** Labs of which delivery states are kept. */
async function knownLabs(manager: JetStreamManager): Promise<string[]> {
  const kept = await manager.streams
    .info(`KV_${BUCKETS.watermarks}`, { subjects_filter: '>' })
    .catch(() => undefined);
  return [...new Set(Object.keys(kept?.state.subjects ?? {}).map((subject) => subject.split('.')[2] ?? ''))];
}

function changedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
