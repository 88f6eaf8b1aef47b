import { randomBytes } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import { formatNetAddress, parseNetAddress } from '@nestwatch/common/net-address';
import { ID_PATTERN } from '@nestwatch/proto';
import { absent, type Found, known } from '../host/host.ts';
import type { Target } from './benchmark.ts';
import {
  CHALLENGE_HEADER,
  NODE_HEADER,
  PAYLOAD_PATH,
  PROOF_HEADER,
  proofOf,
  RATE_HEADER,
} from './payload-protocol.ts';

/** What it takes to find and to ask a node. */
type Server = Pick<Target, 'node' | 'addresses' | 'token' | 'isOlder' | 'refused'>;

const HELLO_LIMIT_MS = 3000;

/**
 * Of a node's addresses, the first to answer that it is this node: the same private address can be somebody
 * else's at another layer. Asks all of them at once. Whoever answers there has to prove it before the token is sent. Its URL.
 */
export async function findAddress(target: Server, signal: AbortSignal): Promise<Found<string>> {
  const enough = new AbortController();
  const limit = linkSignals([signal, enough.signal], HELLO_LIMIT_MS);
  const attempts = target.addresses.map(async (address) => {
    const parsed = parseNetAddress(address);
    if (parsed === undefined) throw new Error('it is not an address with a port');
    const url = `http://${formatNetAddress(parsed)}${PAYLOAD_PATH}`;
    await meet(url, target, limit.signal);
    return url;
  });
  try {
    return known(await Promise.any(attempts));
  } catch (error) {
    const causes = error instanceof AggregateError ? error.errors : [error];
    const each = target.addresses.map((address, at) => `${address}: ${why(causes[at])}`);
    return absent([...each, ...(target.refused ?? [])].join(', ') || 'it announced no address');
  } finally {
    enough.abort();
    limit.release();
  }
}

/** @throws Error that says who it is instead */
async function meet(url: string, { node, token, isOlder }: Server, signal: AbortSignal): Promise<void> {
  const challenge = randomBytes(24).toString('base64url');
  const first = await hello(url, { [CHALLENGE_HEADER]: challenge }, signal);
  if (first.node !== undefined && first.node !== node) throw new Error(`it is ${first.node}`);
  if (token !== '' && first.proof === proofOf(token, node, challenge)) return;
  // An agent of 0.1.0 says nothing to who does not bear the token of the round: not even what it is.
  const mayBeOlder = first.status === 401 && first.says.every((header) => SAID_BY_OLDER.includes(header));
  if (isOlder !== true || !mayBeOlder || token === '') throw new Error(`HTTP ${first.status}`);
  const second = await hello(url, bearer(token), signal);
  if (second.node !== node || second.status !== 200) throw new Error(`HTTP ${second.status}`);
}

const SAID_BY_OLDER = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];

async function hello(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
  const response = await send('HEAD', url, headers, signal);
  response.destroy();
  const { [NODE_HEADER]: node, [PROOF_HEADER]: proof } = response.headers;
  return {
    status: response.statusCode,
    says: Object.keys(response.headers),
    node: typeof node === 'string' ? (ID_PATTERN.test(node) ? node : 'somebody else') : undefined,
    proof: typeof proof === 'string' ? proof : '',
  };
}

/** Bytes a second. */
const RATE = /^[1-9][0-9]{0,14}$/;

/**
 * Downloads this many bytes and throws them away; the time runs from the request to the last byte.
 * @throws Error with the reason when they did not all come, or more did
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
    const response = await send('GET', `${url}?bytes=${bytes}`, bearer(target.token), limit.signal);
    const { statusCode, headers } = response;
    if (statusCode !== 200) {
      response.destroy();
      throw new Error(statusCode === 503 ? 'the other node was serving another node' : `HTTP ${statusCode}`);
    }
    const got = await count(response, bytes);
    const durationUs = clock.monoUs() - startedUs;
    if (got !== bytes) {
      throw new Error(`HTTP ${statusCode} with ${got > bytes ? 'more than' : `${got} of`} ${bytes} bytes`);
    }
    const rate = headers[RATE_HEADER]?.toString() ?? '';
    return { durationUs, ...defined({ rate: RATE.test(rate) ? rate : undefined }) };
  } catch (error) {
    throw new Error(why(error), { cause: error });
  } finally {
    limit.release();
  }
}

/** Reads an answer until its end, or until it has more bytes than were asked for. */
function count(response: IncomingMessage, wanted: number): Promise<number> {
  let got = 0;
  return new Promise<number>((resolve, reject) => {
    response.on('data', (chunk: Buffer) => {
      got += chunk.length;
      if (got <= wanted) return;
      resolve(got);
      response.destroy();
    });
    response.once('end', () => resolve(got));
    response.once('error', reject);
    response.once('close', () => reject(new Error(`the transfer stopped after ${got} bytes`)));
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Sends no body, and follows no redirect. */
function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, signal, agent: new Agent(), headers })
      .once('response', resolve)
      .once('error', reject)
      .end();
  });
}

function why(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time';
  return errnoOf(error) ?? messageOf(error);
}
