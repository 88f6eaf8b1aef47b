import { readFileSync } from 'node:fs';
import { InfluxDB } from '@influxdata/influxdb-client';
import { defined } from '@nestwatch/common/defined';
import { messageOf, PermanentError, RetryableError, UsageError } from '@nestwatch/common/errors';
import { postBytes } from './post.ts';
import type { InfluxConfig } from './settings.ts';

/** The client's transport, and the errors it throws turned into ours. */
export type Requests = (
  path: string,
  options: { method: string; body?: string; contentType?: string },
) => Promise<unknown>;

/**
 * The client for the configured server, requests over its transport, and the way around it for what is large.
 * @throws UsageError when the certificate authority cannot be read.
 */
export function connectInflux(config: InfluxConfig) {
  const token = config['influx.token'];
  const user = config['influx.username'];
  const basic = Buffer.from(`${user}:${config['influx.password']}`).toString('base64');
  // The client's token means 2.x to a 1.x server, so a user and password go into the header themselves.
  const headers: Record<string, string> = user === '' ? {} : { authorization: `Basic ${basic}` };
  const [url, timeout] = [config['influx.url'], config['influx.timeout']];
  const ca = config['influx.ca'] === '' ? undefined : readAuthority(config['influx.ca']);
  const transportOptions = ca === undefined ? undefined : { ca };
  const optional = defined({ transportOptions, token: token || undefined });
  const influx = new InfluxDB({ url, timeout, headers, ...optional });
  const request: Requests = async (path, { method, body = '', contentType }) => {
    try {
      const type = defined({ 'content-type': contentType });
      return await influx.transport.request(path, body, { method, headers: type });
    } catch (error) {
      throw classify(error, url);
    }
  };
  const authorization = token === '' ? undefined : `Token ${token}`;
  const postHeaders = { 'content-type': 'text/plain', ...defined({ authorization }), ...headers };
  const postOptions = { timeout, headers: postHeaders, ...defined({ ca }) };
  const post = async (path: string, body: Uint8Array): Promise<void> => {
    try {
      await postBytes(url.replace(/\/+$/, '') + path, body, postOptions);
    } catch (error) {
      throw classify(error, url);
    }
  };
  return { influx, request, post };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`influx.ca: cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** 400 and 413 mean that this data will never be taken; all else (network, 401, 404, 429, 5xx) may pass. */
function classify(error: unknown, url: string): Error {
  const { statusCode, body } = error as { statusCode?: number; body?: string };
  const said = body === undefined || body === '' ? messageOf(error) : messageOf(body.slice(0, 2000));
  const text = `InfluxDB at ${url}${statusCode === undefined ? '' : ` answered ${statusCode}`}: ${said}`;
  return statusCode === 400 || statusCode === 413 || statusCode === 422
    ? new PermanentError(text, { cause: error })
    : new RetryableError(text, { cause: error });
}
