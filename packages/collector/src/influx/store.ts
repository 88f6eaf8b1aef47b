import { systemClock } from '@nestwatch/common/clock';
import { RetryableError } from '@nestwatch/common/errors';
import { type Log, silentLog } from '@nestwatch/common/log';
import type { Ending } from '@nestwatch/common/nats/endings';
import { redact } from '@nestwatch/common/redact';
import { retryUntil } from '@nestwatch/common/retry';
import { isStoreMissing, StoreLostError, TooLargeError } from './answers.ts';
import { createAsk } from './ask-server.ts';
import { chooseDialect, type Dialect } from './dialect.ts';
import { ensureStore } from './ensure-store.ts';
import { numbersOf } from './identity.ts';
import { answersQueries, NO_QUERIES, noQueries } from './no-queries.ts';
import type { Series } from './query-answer.ts';
import { connectInflux, type Requests } from './requests.ts';
import { longName } from './retention/thinning.ts';
import type { InfluxConfig } from './settings.ts';
import { writeInParts } from './write-in-parts.ts';

/** By default InfluxDB 3 takes no larger request. */
const MOST_BYTES_OF_3 = 10e6;

/** An InfluxDB that is there, with its database or bucket made. */
export interface Store {
  readonly dialect: Dialect;
  readonly serverVersion: string;
  /** Whether it answers InfluxQL: others that take the same writes do not, and `query` throws NoQueriesError. */
  readonly answersQueries: boolean;
  /**
   * Writes lines of line protocol with times in µs, in one request where the server takes as much, and resolves when it
   * accepted them all.
   * @throws PermanentError when the server refused the data (with its message), PartialWriteError when it took all but some
   *   points, RetryableError for everything else: then
   *   some of them may be written, and writing them again does no harm.
   */
  write(lines: readonly string[]): Promise<void>;
  /** The same for lines as bytes, which must not change until it has ended. @throws as write */
  writeBytes(lines: Uint8Array): Promise<void>;
  /**
   * Runs one InfluxQL query.
   * @throws PermanentError when the server refused the query, RetryableError when it could not be asked.
   */
  query(influxql: string): Promise<Series[]>;
  /**
   * The same of the points that are thinned out and kept for longer: under the same names, at most one of a series in each
   * step of some minutes. Nothing where none are kept.
   */
  queryThinned(influxql: string): Promise<Series[]>;
  /** Runs one InfluxQL statement that changes something. @throws as query */
  command(influxql: string): Promise<void>;
  /** Any other request, for what only some servers have. */
  readonly request: Requests;
  /** What ends of that with which the server is trusted, at a time in ms since 1970. */
  endings(nowMs: number): readonly Ending[];
}

/**
 * Finds the server, chooses how to speak to it and makes the database or bucket when it is missing: now, and whenever a
 * write finds that it is gone.
 * @throws RetryableError when the server cannot be reached, UsageError when the settings do not fit it.
 */
export async function openStore(config: InfluxConfig, log: Log = silentLog): Promise<Store> {
  const { version: serverVersion, request, post, endings } = await connectInflux(config);
  const dialect = chooseDialect(config, serverVersion);
  await ensureStore(request, dialect, config);
  const is3 = numbersOf(serverVersion)[0] === 3;
  const canBeAsked = serverVersion !== '' || (await answersQueries(request, dialect.store));
  const askOf = (store: string) =>
    canBeAsked
      ? createAsk(request, store, is3, systemClock.wallUs)
      : { query: noQueries, command: noQueries };
  const askThinned = askOf(longName(dialect.store));
  const send = async (part: Uint8Array) => {
    if (is3 && part.length > MOST_BYTES_OF_3) throw new TooLargeError('InfluxDB 3 takes 10 MB in a request');
    await post(dialect.writePath, part);
  };
  const writeBytes = async (lines: Uint8Array) => {
    try {
      await writeInParts(send, lines);
    } catch (error) {
      if (error instanceof StoreLostError) {
        await ensureStore(request, dialect, config);
        log.warn('InfluxDB lost its database or bucket, creating it again', { store: dialect.store });
      }
      throw error;
    }
  };
  return {
    dialect,
    serverVersion,
    answersQueries: canBeAsked,
    write: async (lines) => {
      if (lines.length > 0) await writeBytes(Buffer.from(lines.join('\n')));
    },
    writeBytes,
    ...askOf(dialect.store),
    queryThinned: (influxql) =>
      askThinned.query(influxql).catch((error: unknown) => {
        if (isStoreMissing(error)) return [];
        throw error;
      }),
    request,
    endings,
  };
}

/**
 * Opens the store as soon as InfluxDB can be used.
 * @returns undefined when the signal was aborted before
 * @throws UsageError when the settings do not fit the server
 */
export async function waitForStore(config: InfluxConfig, log: Log, signal: AbortSignal) {
  if (signal.aborted) return undefined;
  const store = await retryUntil(() => openStore(config, log), {
    signal,
    log,
    failing: 'cannot use InfluxDB, retrying',
    eachReason: true,
    giveUp: (error) => !(error instanceof RetryableError),
  });
  if (store === undefined) return undefined;
  const { api, store: name } = store.dialect;
  const server = { url: redact(config['influx.url']), version: store.serverVersion };
  log.info('connected to InfluxDB', { ...server, api, store: name });
  if (!store.answersQueries) log.warn(NO_QUERIES);
  return store;
}
