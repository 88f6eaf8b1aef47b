import { existsSync } from 'node:fs';
import { natsSettings } from '@nestwatch/common/config/connection';
import { messageOf, RetryableError, UsageError } from '@nestwatch/common/errors';
import { influxSettings } from '../influx/settings.ts';
import { RECORD } from './setup/record.ts';

const HINT =
  'If nothing is set up here yet: "nestwatch setup" installs NATS, InfluxDB and the collector; in a clone "npm start" starts them';
const USUAL: readonly string[] = [natsSettings['nats.url'].default, influxSettings['influx.url'].default];

/**
 * Runs something that needs a server or a collector. Where it fails and nothing was ever configured, the error says how to
 * begin, once.
 * @param url of the server
 * @throws as `ask`
 */
export async function withSetupHint<T>(url: string, ask: () => Promise<T>, record = RECORD): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const text = messageOf(error);
    if (!USUAL.includes(url) || existsSync(record) || text.endsWith(HINT)) throw error;
    if (error instanceof UsageError) throw new UsageError(`${text}. ${HINT}`, { cause: error });
    if (error instanceof RetryableError) throw new RetryableError(`${text}. ${HINT}`, { cause: error });
    throw error;
  }
}
