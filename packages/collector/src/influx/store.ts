import type { InfluxDB } from '@influxdata/influxdb-client';
import { messageOf, RetryableError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import { chooseDialect, type Dialect } from './dialect.ts';
import { ensureStore } from './ensure-store.ts';
import { parseQueryAnswer, type Series } from './query-answer.ts';
import { connectInflux, type Requests } from './requests.ts';
import type { InfluxConfig } from './settings.ts';

/** An InfluxDB that is there, with its database or bucket made. */
export interface Store {
  readonly dialect: Dialect;
  readonly serverVersion: string;
  /**
   * Writes lines of line protocol with times in µs, in one request, and resolves when the server accepted them.
   * @throws PermanentError when the server refused the data (with its message), RetryableError for everything else.
   */
  write(lines: readonly string[]): Promise<void>;
  /** The same for lines as bytes, which must not change until it has ended. @throws as write */
  writeBytes(lines: Uint8Array): Promise<void>;
  /**
   * Runs one InfluxQL query.
   * @throws PermanentError when the server refused the query, RetryableError when it could not be asked.
   */
  query(influxql: string): Promise<Series[]>;
  /** Runs one InfluxQL statement that changes something. @throws as query */
  command(influxql: string): Promise<void>;
  /** Any other request, for what only some servers have. */
  readonly request: Requests;
}

/**
 * Finds the server, chooses how to speak to it and makes the database or bucket when it is missing.
 * @throws RetryableError when the server cannot be reached, UsageError when the settings do not fit it.
 */
export async function openStore(config: InfluxConfig): Promise<Store> {
  const { influx, request, post } = connectInflux(config);
  const serverVersion = await readVersion(influx, config['influx.url']);
  const dialect = chooseDialect(config, serverVersion);
  await ensureStore(request, dialect, config);
  const base = `/query?db=${encodeURIComponent(dialect.store)}&epoch=u`;
  const ask = async (method: string, influxql: string) =>
    parseQueryAnswer(await request(`${base}&q=${encodeURIComponent(influxql)}`, { method }));
  return {
    dialect,
    serverVersion,
    write: async (lines) => {
      if (lines.length === 0) return;
      await request(dialect.writePath, { method: 'POST', body: lines.join('\n'), contentType: 'text/plain' });
    },
    writeBytes: (lines) => post(dialect.writePath, lines),
    query: (influxql) => ask('GET', influxql),
    command: async (influxql) => void (await ask('POST', influxql)),
    request,
  };
}

/**
 * Opens the store as soon as InfluxDB can be used.
 * @returns undefined when the signal was aborted before
 * @throws UsageError when the settings do not fit the server
 */
export async function waitForStore(config: InfluxConfig, log: Log, signal: AbortSignal) {
  if (signal.aborted) return undefined;
  const store = await retryUntil(() => openStore(config), {
    signal,
    log,
    failing: 'InfluxDB cannot be used, trying until it can',
    giveUp: (error) => !(error instanceof RetryableError),
  });
  if (store === undefined) return undefined;
  const { api, store: name } = store.dialect;
  const server = { url: config['influx.url'], version: store.serverVersion };
  log.info('connected to InfluxDB', { ...server, api, store: name });
  return store;
}

async function readVersion(influx: InfluxDB, url: string): Promise<string> {
  let version = '';
  try {
    await influx.transport.request('/ping', '', { method: 'GET' }, (headers) => {
      const given = headers['x-influxdb-version'];
      version = Array.isArray(given) ? (given[0] ?? '') : (given ?? '');
    });
  } catch (error) {
    throw new RetryableError(`InfluxDB at ${url} does not answer: ${messageOf(error)}`, { cause: error });
  }
  return version;
}
