import { readFileSync } from 'node:fs';
import { refuseOpen } from '@nestwatch/common/config/secure-file';
import { defined } from '@nestwatch/common/defined';
import { messageOf, RetryableError, UsageError } from '@nestwatch/common/errors';
import { type Answer, type Exchange, exchange } from '@nestwatch/common/exchange';
import { certificateEnding, type Ending } from '@nestwatch/common/nats/endings';
import { watchPeer } from '@nestwatch/common/nats/watch-peer';
import { redact } from '@nestwatch/common/redact';
import { checkWritten, readJson, readText, shown } from './answers.ts';
import { type Identity, identityOf } from './identity.ts';
import type { InfluxConfig } from './settings.ts';

/** Asks for the JSON at a path, or for a text. @throws as readJson, RetryableError when there is no answer */
export type Requests = (
  path: string,
  options: { method: string; body?: string; contentType?: string; expects?: 'json' | 'text' },
) => Promise<unknown>;

/** Answers to writes are short. */
const WRITE_ANSWER_BYTES = 16 * 1024;
/** VictoriaMetrics quotes all lines from the one at fault on, with an escape before each quote and line feed. */
const QUOTED_TIMES = 2;
/** The largest answers to queries, of labs with thousands of nodes, have a few MiB. */
const QUERY_ANSWER_BYTES = 64 * 1024 ** 2;
/** An answer to a query may come for this many times the longest pause in it. */
const QUERY_PATIENCE = 3;
/** Slower than this no batch is sent. */
const SLOWEST_BYTES_PER_MS = 256;

/**
 * The way to the configured server, which is asked who it is.
 * @throws UsageError when the certificate authority cannot be read, RetryableError when no InfluxDB answers
 */
export async function connectInflux(config: InfluxConfig) {
  const timeout = config['influx.timeout'];
  const base = config['influx.url'].replace(/\/+$/, '');
  const url = redact(base);
  const ca = config['influx.ca'] === '' ? undefined : readAuthority(config['influx.ca']);
  const login = loginOf(config);
  const peer = base.startsWith('https:') ? await watchPeer('the certificate of InfluxDB') : undefined;
  const trust = defined({ ca, checkServerIdentity: peer?.check });

  async function send(path: string, options: Omit<Exchange, keyof typeof trust>): Promise<Answer> {
    try {
      return await exchange(base + path, { ...options, ...trust, headers: { ...options.headers, ...login } });
    } catch (error) {
      throw new RetryableError(`InfluxDB at ${url}: ${redact(messageOf(error))}`, { cause: error });
    }
  }
  const bounds = { limitMs: QUERY_PATIENCE * timeout, idleMs: timeout, mostBytes: QUERY_ANSWER_BYTES };
  const identity = await askWho((path) =>
    send(path, { method: 'GET', limitMs: timeout, mostBytes: WRITE_ANSWER_BYTES }),
  ).catch((error) => {
    // The address once is enough.
    const reason = messageOf(error).replace(`InfluxDB at ${url}: `, '');
    throw new RetryableError(`InfluxDB at ${url} does not answer: ${reason}`, { cause: error });
  });

  const request: Requests = async (path, { method, body = '', expects, ...options }) => {
    const headers = { 'content-type': options.contentType ?? 'application/json' };
    const answer = await send(path, { method, body, headers, ...bounds });
    const read = expects === 'text' ? readText : readJson;
    return read(answer, identity, url + pathOf(path));
  };
  /** Writes lines, which must not change until it has ended. @throws as checkWritten */
  const post = async (path: string, body: Uint8Array): Promise<void> => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const limitMs = timeout + Math.round(body.length / SLOWEST_BYTES_PER_MS);
    const mostBytes = WRITE_ANSWER_BYTES + (identity.version === '' ? QUOTED_TIMES * body.length : 0);
    const bounds = { limitMs, idleMs: timeout, mostBytes };
    checkWritten(
      await send(path, { method: 'POST', body, headers, ...bounds }),
      identity,
      url + pathOf(path),
    );
  };
  /** What ends of that with which the server is trusted: its certificate, and the authority where one is configured. */
  const endings = (nowMs: number): Ending[] => [
    ...(peer?.endings() ?? []),
    ...certificateEnding(`influx.ca ${config['influx.ca']}`, ca ?? '', nowMs),
  ];
  return { version: identity.version, request, post, endings };
}

async function askWho(get: (path: string) => Promise<Answer>): Promise<Identity> {
  const ping = await get('/ping');
  const identity = identityOf(ping);
  if (identity !== undefined) return identity;
  throw new Error(`/ping gives status ${ping.status}, "${shown(ping.body.toString('utf8'))}"`);
}

/** A token means 2.x to a 1.x server, so a user goes first. */
function loginOf(config: InfluxConfig): Record<string, string> {
  const [user, token] = [config['influx.username'], config['influx.token']];
  if (user !== '') {
    const basic = Buffer.from(`${user}:${config['influx.password']}`).toString('base64');
    return { authorization: `Basic ${basic}` };
  }
  return token === '' ? {} : { authorization: `Token ${token}` };
}

/** Without what is asked there, which may be long. */
function pathOf(path: string): string {
  return path.replace(/\?.*$/s, '');
}

function readAuthority(file: string): string {
  try {
    refuseOpen(file);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`influx.ca: cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}
