import { createBackoff, pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { InfluxConfig } from '../settings.ts';
import type { Store } from '../store.ts';
import { createLateThinning, type LateThinning } from './late.ts';
import { setUpRetention } from './set-up.ts';
import type { RetentionConfig } from './settings.ts';

export interface RetentionOptions {
  store: Store;
  config: RetentionConfig & Pick<InfluxConfig, 'influx.org'>;
  nowUs: () => number;
  log: Log;
}

/**
 * Retention as configured, from start to stop: sets it up, trying until the server lets it, and then thins out what
 * comes late. Never holds up ingest, and never throws.
 */
export function createRetention({ store, config, nowUs, log }: RetentionOptions): LateThinning {
  const retention = {
    rawMs: config['retention.raw'],
    longMs: config['retention.long'],
    stepMs: config['retention.step'],
  };
  // A task of 2.x cannot be told a span of the past; there, what comes later than two steps is in the raw points only.
  const thins = retention.longMs > 0 && store.dialect.api === 'v1';
  const late = createLateThinning({ store, stepMs: retention.stepMs, nowUs, log });
  return {
    note: thins ? late.note : () => undefined,
    async run(signal) {
      const backoff = createBackoff({ firstMs: 1000, maxMs: 300_000 });
      for (let said = false; !signal.aborted; said = true) {
        try {
          await setUpRetention(store, config['influx.org'], retention, log);
          break;
        } catch (error) {
          if (!said) log.warn('retention cannot be set up, trying until it can', { error: messageOf(error) });
          await pause(backoff.next(), signal);
        }
      }
      if (thins) await late.run(signal);
    },
  };
}
