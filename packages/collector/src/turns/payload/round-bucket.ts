import type { KV } from '@nats-io/kv';
import { type PayloadServerShape, v1 } from '@nestwatch/proto';
import { parseOlderServer } from './announcement.ts';

// The bucket with which agents of 0.1.0 find each other. A node writes there under its own key, and all agree on one token
// under another: who writes that one first.

/** Not a node's id, which begins with a letter or a digit. */
const TOKEN_KEY = '_token';
const TOKEN = /^[A-Za-z0-9_-]{16,64}$/;
const MOST_SERVERS = 2000;

/** What stands in the bucket under a node's key, or is written there; undefined for anything else, such as the token. */
export function parseOlder(key: string, bytes: Uint8Array): PayloadServerShape | undefined {
  return parseOlderServer(key.split('.').at(-1) ?? '', bytes);
}

/** All servers that stand there of a round. @throws when NATS does not answer */
export async function readOlder(bucket: KV, lab: string, round: string): Promise<PayloadServerShape[]> {
  const keys: string[] = [];
  for await (const key of await bucket.keys(`${lab}.${round}.*`)) {
    if (keys.push(key) === MOST_SERVERS) break;
  }
  const entries = await Promise.all(keys.map((key) => bucket.get(key)));
  return entries.flatMap((entry) => {
    const server = entry?.operation === 'PUT' ? parseOlder(entry.key, entry.value) : undefined;
    return server === undefined ? [] : [server];
  });
}

/**
 * The token on which agents of 0.1.0 have agreed, empty before they have. It is read, not heard: those whose token was not
 * taken are heard, too.
 * @throws when NATS does not answer
 */
export async function readOlderToken(bucket: KV, lab: string, round: string): Promise<string> {
  const entry = await bucket.get(`${lab}.${round}.${TOKEN_KEY}`);
  const token = entry?.operation === 'PUT' ? entry.string() : '';
  return TOKEN.test(token) ? token : '';
}

/** Tells agents of 0.1.0 of a node, without its token. @throws when NATS does not take it */
export async function tellOlder(
  bucket: KV,
  lab: string,
  round: string,
  server: PayloadServerShape,
): Promise<void> {
  const { token: _, ...told } = server;
  await bucket.put(`${lab}.${round}.${server.node}`, v1.PayloadServer.encode(told).finish());
}
