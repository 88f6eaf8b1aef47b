import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { whileLeader } from '@nestwatch/common/nats/while-leader';
import { BUCKETS } from '@nestwatch/proto';
import { BUCKET_SETTINGS } from '../ingest/buckets.ts';
import type { Door } from '../ingest/door.ts';
import type { IngestConfig } from '../ingest/settings.ts';
import { ALL_LABS, type OwnLabs, ofShard } from '../shards/own-labs.ts';
import { type PayloadOptions, servePayload } from './payload/serve-payload.ts';
import { serveTurns } from './serve-turns.ts';
import { createSession } from './session.ts';
import type { TurnConfig } from './settings.ts';

export interface TurnsOptions {
  readonly connection: NatsConnection;
  /** On which nodes ask: another one, so that what they ask holds up nothing else. */
  readonly questions: NatsConnection;
  readonly door: Door;
  readonly labs?: Pick<OwnLabs, 'shard'>;
  readonly config: TurnConfig &
    Pick<IngestConfig, 'benchmarks.lease' | 'limits.labs' | 'limits.nodes' | 'stream.replicas'>;
  readonly positionOf: PayloadOptions['positionOf'];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Grants nodes their labs' turns to benchmark, and tells them who serves in a round of net.http, whenever this collector
 * has the lease, until the signal is aborted. Nodes need no right on a bucket for either.
 */
export async function runTurns(options: TurnsOptions, signal: AbortSignal): Promise<void> {
  const { connection, questions, door, labs = ALL_LABS, config, clock, log } = options;
  const replicas = config['stream.replicas'];
  const leader = {
    connection,
    bucket: BUCKETS.collectorLeases,
    duty: ofShard('turns', labs),
    collector: hostname(),
  };
  await whileLeader({ ...leader, replicas, clock, log }, signal, async (leading, works) => {
    const session = createSession(leading);
    const settings = { ...BUCKET_SETTINGS.benchmarkLeases, ttlMs: config['benchmarks.lease'], replicas };
    const turns = {
      bucket: await ensureBucket(connection, BUCKETS.benchmarkLeases, settings),
      turnLimitMs: config['benchmarks.turn-limit'],
      mostLabs: config['limits.labs'],
      mostWaiting: config['limits.nodes'],
    };
    const rounds = await ensureBucket(connection, BUCKETS.rounds, { ...BUCKET_SETTINGS.rounds, replicas });
    const payload = { ...options, bucket: rounds, mostLabs: turns.mostLabs, mostNodes: turns.mostWaiting };
    serveTurns({ ...turns, connection, questions, door, clock, log }, session);
    servePayload(payload, session);
    works();
    await session.over();
  });
}
