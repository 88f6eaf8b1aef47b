import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import type { IngestConfig } from './settings.ts';

/** How long it can be read who served in a round of net.http. */
const ROUNDS_KEPT_MS = 2 * 86_400_000;
const MOST_BYTES = 16 * 1024 ** 2;

/** Tries until the buckets are there or the signal is aborted, as JetStream may come up after us. Never rejects. */
export async function provisionBenchmarks(
  connection: NatsConnection,
  config: Settings,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff({ firstMs: 500, maxMs: 10_000 });
  while (!signal.aborted) {
    try {
      return await ensureBuckets(connection, config);
    } catch (error) {
      log.debug('the buckets of benchmarks cannot be made yet', { error: messageOf(error) });
      await pause(backoff.next(), signal);
    }
  }
}

type Settings = Pick<IngestConfig, 'benchmarks.lease' | 'stream.replicas'>;

/** The buckets by which nodes take turns, which nodes themselves may not make. */
async function ensureBuckets(connection: NatsConnection, config: Settings): Promise<void> {
  const replicas = config['stream.replicas'];
  await ensureBucket(connection, BUCKETS.benchmarkLeases, {
    ...{ ttlMs: config['benchmarks.lease'], replicas, maxBytes: MOST_BYTES },
  });
  await ensureBucket(connection, BUCKETS.rounds, { ttlMs: ROUNDS_KEPT_MS, replicas, maxBytes: MOST_BYTES });
}
