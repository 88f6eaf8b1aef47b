import { RetryableError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import type { InfluxConfig } from './settings.ts';
import { openStore, type Store } from './store.ts';

/**
 * Opens the store as soon as InfluxDB can be used.
 * @returns undefined when the signal was aborted before
 * @throws UsageError when the settings do not fit the server
 */
export async function waitForStore(
  config: InfluxConfig,
  log: Log,
  signal: AbortSignal,
): Promise<Store | undefined> {
  if (signal.aborted) return undefined;
  const store = await retryUntil(() => openStore(config), {
    signal,
    log,
    failing: 'InfluxDB cannot be used, trying until it can',
    giveUp: (error) => !(error instanceof RetryableError),
  });
  if (store === undefined) return undefined;
  const { api, store: name } = store.dialect;
  log.info('connected to InfluxDB', {
    url: config['influx.url'],
    version: store.serverVersion,
    api,
    store: name,
  });
  return store;
}
