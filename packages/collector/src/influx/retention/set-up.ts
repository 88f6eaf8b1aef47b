import type { Log } from '@nestwatch/common/log';
import type { Store } from '../store.ts';
import type { Retention } from './retention.ts';
import { setUpV1 } from './v1.ts';
import { setUpV2 } from './v2.ts';

/**
 * Brings retention and thinning-out to what is configured: retention policies and continuous queries on InfluxDB 1.x,
 * retention rules and a task on 2.x. InfluxDB 3 has neither over this interface: there it says so and does nothing.
 * @throws as Store.query, when the server refuses or cannot be asked
 */
export async function setUpRetention(
  store: Store,
  org: string,
  retention: Retention,
  log: Log,
): Promise<void> {
  const major = Number(/\d+/.exec(store.serverVersion)?.[0] ?? 0);
  if (store.dialect.api === 'v2') await setUpV2(store, org, retention, log);
  else if (major === 1) await setUpV1(store, retention, log);
  else log.info('retention is left to this server', { version: store.serverVersion });
}
