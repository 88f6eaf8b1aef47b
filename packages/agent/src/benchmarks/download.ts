import { Agent, type IncomingMessage, request } from 'node:http';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import { absent, type Found, known } from '../host/host.ts';
import type { Target } from './benchmark.ts';
import { NODE_HEADER, PAYLOAD_PATH, RATE_HEADER } from './payload-protocol.ts';

/** What it takes to find and to ask a node. */
type Server = Pick<Target, 'node' | 'addresses' | 'token'>;

const HELLO_LIMIT_MS = 3000;

/**
 * Of a node's addresses, the first to answer that it is this node: the same private address can be somebody
 * else's at another layer. Asks all of them at once. Its URL.
 */
export async function findAddress(target: Server, signal: AbortSignal): Promise<Found<string>> {
  const enough = new AbortController();
  const limit = linkSignals([signal, enough.signal], HELLO_LIMIT_MS);
  const attempts = target.addresses.map(async (address) => {
    const url = `http://${address}${PAYLOAD_PATH}`;
    const response = await send('HEAD', url, target.token, limit.signal);
    response.resume();
    const node = response.headers[NODE_HEADER];
    if (response.statusCode === 200 && node === target.node) return url;
    throw new Error(node === undefined ? `HTTP ${response.statusCode}` : `it is ${node}`);
  });
  try {
    return known(await Promise.any(attempts));
  } catch (error) {
    const causes = error instanceof AggregateError ? error.errors : [error];
    const each = target.addresses.map((address, at) => `${address}: ${why(causes[at])}`);
    return absent(each.join(', ') || 'it announced no address');
  } finally {
    enough.abort();
    limit.release();
  }
}

/**
 * Downloads so many bytes and throws them away; the time runs from the request to the last byte.
 * @throws Error with the reason when they did not all come
 */
export async function download(
  url: string,
  target: Pick<Target, 'token'>,
  bytes: number,
  clock: Clock,
  signal: AbortSignal,
  limitMs: number,
): Promise<{ durationUs: number; rate?: string }> {
  const limit = linkSignals([signal], limitMs);
  const startedUs = clock.monoUs();
  try {
    const response = await send('GET', `${url}?bytes=${bytes}`, target.token, limit.signal);
    if (response.statusCode === 503) {
      response.resume();
      throw new Error('the other node was serving somebody else');
    }
    let got = 0;
    response.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    await new Promise<void>((resolve, reject) => {
      response.once('end', resolve);
      response.once('error', reject);
      response.once('close', () => reject(new Error(`the transfer broke off after ${got} bytes`)));
    });
    const durationUs = clock.monoUs() - startedUs;
    if (response.statusCode !== 200 || got !== bytes) {
      throw new Error(`HTTP ${response.statusCode} with ${got} of ${bytes} bytes`);
    }
    const rate = response.headers[RATE_HEADER];
    return { durationUs, ...defined({ rate: rate?.toString() }) };
  } catch (error) {
    throw new Error(why(error), { cause: error });
  } finally {
    limit.release();
  }
}

function send(method: string, url: string, token: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, signal, agent: new Agent(), headers: { authorization: `Bearer ${token}` } })
      .once('response', resolve)
      .once('error', reject)
      .end();
  });
}

function why(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time';
  return errnoOf(error) ?? messageOf(error);
}
