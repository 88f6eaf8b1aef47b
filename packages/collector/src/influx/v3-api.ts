import { messageOf, RetryableError } from '@nestwatch/common/errors';
import type { Requests } from './requests.ts';
import type { InfluxConfig, RetentionConfig } from './settings.ts';
import { sendJson, unlessMissing } from './v2-api.ts';

const PATH = '/api/v3/configure/database';
/** The server has a database of this name. */
const IS_THERE = 409;

/**
 * Makes the database of InfluxDB 3 when it is missing, and tells it then, and only then, how long it keeps points: one that
 * was there is left as it is. Servers without this API are left alone.
 * @param config with `retention.raw` where it is the collector that asks
 * @throws RetryableError with what the server says, such as that it has as many databases as it takes
 */
export async function ensureDatabase3(
  request: Requests,
  name: string,
  config: InfluxConfig & Partial<Pick<RetentionConfig, 'retention.raw'>>,
): Promise<void> {
  const keepsMs = config['retention.raw'] ?? 0;
  const body = keepsMs > 0 ? { db: name, retention_period: `${Math.round(keepsMs / 1000)}s` } : { db: name };
  try {
    await unlessMissing(sendJson(request, 'POST', PATH, body));
  } catch (error) {
    if ((error as { cause?: { statusCode?: number } }).cause?.statusCode === IS_THERE) return;
    throw new RetryableError(`cannot create database ${name}: ${messageOf(error)}`, { cause: error });
  }
}
