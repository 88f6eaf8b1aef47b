import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import type { RetentionConfig } from '../settings.ts';
import type { Store } from '../store.ts';
import { createLateThinning } from './late.ts';
import { setUpV1 } from './v1.ts';
import { setUpV2 } from './v2.ts';

/** A database that was dropped and made again keeps everything, for ever: it is looked at so often. */
const LOOK_EVERY_MS = 60_000;

/**
 * Retention as configured, from start to stop: sets it up, trying until the server lets it, sets it again where somebody
 * made the database anew, and thins out what comes late. Never holds up ingest, and never throws.
 */
export function createRetention(
  store: Store,
  config: RetentionConfig,
  clock: Clock,
  log: Log,
  everyMs = LOOK_EVERY_MS,
) {
  // A task of 2.x cannot be told a span of the past; there, what comes later than two steps is in the raw points only.
  const thins = config['retention.long'] > 0 && store.dialect.api === 'v1';
  const late = createLateThinning(store, config['retention.step'], clock, log);

  const setUp = (signal: AbortSignal, saying: Log) =>
    retryUntil(() => setUpRetention(store, config, saying), {
      signal,
      log,
      firstMs: 1000,
      maxMs: 300_000,
      failing: 'retention cannot be set up, trying until it can',
    });

  /** What is left as it is was said; what is set again is said again. */
  async function keep(signal: AbortSignal): Promise<void> {
    while (await pause(everyMs, signal)) await setUp(signal, { ...log, warn: log.debug });
  }

  return {
    /** As of late thinning; where there is none, nothing is too much. */
    note: thins ? late.note : () => true,
    async run(signal: AbortSignal): Promise<void> {
      const keeps = await setUp(signal, log);
      await Promise.all([keeps === true ? keep(signal) : undefined, thins ? late.run(signal) : undefined]);
    },
  };
}

/**
 * Brings retention and thinning-out to what is configured: retention policies and continuous queries on InfluxDB 1.x,
 * retention rules and a task on 2.x. InfluxDB 3 has neither over this interface: there it says so and does nothing.
 * @returns whether there is something to keep up
 * @throws as Store.query, when the server refuses or cannot be asked
 */
export async function setUpRetention(store: Store, config: RetentionConfig, log: Log): Promise<boolean> {
  const major = Number(/\d+/.exec(store.serverVersion)?.[0] ?? 0);
  if (store.dialect.api === 'v2') return setUpV2(store, config, log);
  if (major === 1) return setUpV1(store, config, log).then(() => true);
  log.info('retention is left to this server', { version: store.serverVersion });
  return false;
}
