import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '@nestwatch/common/defined';
import {
  CHALLENGE_HEADER,
  NODE_HEADER,
  PAYLOAD_PATH,
  PROOF_HEADER,
  proofOf,
  RATE_HEADER,
} from '../../benchmarks/payload-protocol.ts';

export interface PayloadServerOptions {
  readonly node: string;
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Only requests that bear it are served. */
  readonly token: string;
  /** Another one that is as good; empty for none. By default none. */
  olderToken?(): string;
  /** Most bytes each second; 0 is no limit. */
  readonly bytesPerSecond: number;
  /** Longest time for one transfer, ms. */
  readonly limitMs: number;
}

const CHUNK_BYTES = 1024 * 1024;
const MOST_BYTES = 8 * 1024 ** 3;
/**
 * Without a body: which node this is. Cheap, so several of these may come at once. A client without a token gets an answer, too, and
 * the proof that this server knows the token.
 */
const HELLO = 'HEAD';
const MOST_CHALLENGE = 64;

/**
 * Serves random bytes from memory for one round of net.http: to requests that bear the node's token, one transfer at a time,
 * at most so fast and for so long. Its socket does not keep the process alive.
 * @throws the system error when the address cannot be listened on
 */
export async function startPayloadServer(options: PayloadServerOptions) {
  const chunk = randomBytes(CHUNK_BYTES);
  let busy = false;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const refusal = check(request, [options.token, options.olderToken?.() ?? '']);
    if (refusal === 401) prove(request, response, options);
    if (refusal !== undefined) return end(response, refusal);
    response.setHeader(NODE_HEADER, options.node);
    if (request.method === HELLO) return end(response, 200);
    const bytes = Number(new URL(request.url ?? '', 'http://node').searchParams.get('bytes'));
    if (!Number.isInteger(bytes) || bytes < 1 || bytes > MOST_BYTES) return end(response, 400);
    if (busy) return end(response, 503);
    busy = true;
    void transfer(response, chunk, bytes, options).finally(() => {
      busy = false;
    });
  });
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, resolve);
  });
  server.unref();
  const bound = server.address();
  const { address, port } = typeof bound === 'object' && bound !== null ? bound : options;
  return {
    /** As it listens: no name. */
    address,
    port,
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The status to refuse a request with. */
function check(
  { method, url = '', headers }: IncomingMessage,
  tokens: readonly string[],
): number | undefined {
  const { authorization = '' } = headers;
  const good = tokens.filter((token) => token !== '' && isEqual(authorization, `Bearer ${token}`));
  if (good.length === 0) return 401;
  if (!url.startsWith(PAYLOAD_PATH)) return 404;
  return method === 'GET' || method === HELLO ? undefined : 405;
}

/** Answers a challenge, so that a client can identify the server without sending the token. */
function prove(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  options: PayloadServerOptions,
): void {
  const challenge = headers[CHALLENGE_HEADER];
  if (method !== HELLO || typeof challenge !== 'string' || challenge.length > MOST_CHALLENGE) return;
  response.setHeader(NODE_HEADER, options.node);
  response.setHeader(PROOF_HEADER, proofOf(options.token, options.node, challenge));
}

// Hashing makes the lengths equal, which timingSafeEqual wants.
function isEqual(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

async function transfer(
  response: ServerResponse,
  chunk: Buffer,
  bytes: number,
  { bytesPerSecond, limitMs }: PayloadServerOptions,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': bytes,
    'cache-control': 'no-store',
    ...defined({ [RATE_HEADER]: bytesPerSecond > 0 ? String(bytesPerSecond) : undefined }),
  });
  try {
    const signal = AbortSignal.timeout(limitMs);
    await pipeline(Readable.from(pieces(chunk, bytes, bytesPerSecond), { objectMode: false }), response, {
      signal,
    });
  } catch {
    // The other side went away, or took too long: it sees a body that is too short.
    response.destroy();
  }
}

async function* pieces(chunk: Buffer, bytes: number, bytesPerSecond: number): AsyncGenerator<Buffer> {
  const startedMs = performance.now();
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    if (bytesPerSecond > 0) {
      const dueMs = (sent / bytesPerSecond) * 1000 - (performance.now() - startedMs);
      if (dueMs > 1) await sleep(dueMs);
    }
    yield chunk.subarray(0, Math.min(chunk.length, bytes - sent));
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
