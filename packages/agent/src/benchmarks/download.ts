import { Agent, type IncomingMessage, request } from 'node:http';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import type { Target } from './benchmark.ts';
import { NODE_HEADER, PAYLOAD_PATH, RATE_HEADER } from './payload-protocol.ts';

export type FoundAddress =
  | { readonly state: 'found'; readonly url: string }
  | { readonly state: 'unreachable'; readonly reason: string };

export type Download =
  | { readonly state: 'complete'; readonly durationUs: number; readonly rate?: string }
  | { readonly state: 'failed'; readonly reason: string };

/** What it takes to find and to ask a node. */
type Server = Pick<Target, 'node' | 'addresses' | 'token'>;

const HELLO_LIMIT_MS = 3000;

/**
 * Of a node's addresses, the first to answer that it is this node: the same private address can be somebody
 * else's at another layer. Asks all of them at once.
 */
export async function findAddress(target: Server, signal: AbortSignal): Promise<FoundAddress> {
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
    return { state: 'found', url: await Promise.any(attempts) };
  } catch (error) {
    const causes = error instanceof AggregateError ? error.errors : [error];
    const each = target.addresses.map((address, at) => `${address}: ${why(causes[at])}`);
    return { state: 'unreachable', reason: each.join(', ') || 'it announced no address' };
  } finally {
    enough.abort();
    limit.release();
  }
}

/** Downloads so many bytes and throws them away; the time runs from the request to the last byte. */
export async function download(
  url: string,
  target: Pick<Target, 'token'>,
  bytes: number,
  clock: Clock,
  signal: AbortSignal,
  limitMs: number,
): Promise<Download> {
  const limit = linkSignals([signal], limitMs);
  const startedUs = clock.monoUs();
  try {
    const response = await send('GET', `${url}?bytes=${bytes}`, target.token, limit.signal);
    if (response.statusCode === 503) {
      response.resume();
      return { state: 'failed', reason: 'the other node was serving somebody else' };
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
      return { state: 'failed', reason: `HTTP ${response.statusCode} with ${got} of ${bytes} bytes` };
    }
    const rate = response.headers[RATE_HEADER];
    return { state: 'complete', durationUs, ...defined({ rate: rate?.toString() }) };
  } catch (error) {
    return { state: 'failed', reason: why(error) };
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
