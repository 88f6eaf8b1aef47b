import type { KV } from '@nats-io/kv';
import { type PayloadServerShape, v1 } from '@nestwatch/proto';
import { parseOlderServer } from './announcement.ts';

/**
 * The bucket by which agents of 0.1.0 find each other. A node writes there under its own key, and all agree on one token
 * under another.
 */
export interface OlderAgents {
  /** A server that was announced there; undefined for anything else. */
  readonly server?: PayloadServerShape;
  /** The token of the round. */
  readonly token?: string;
}

/** Not a node's id, which begins with a letter or a digit. */
const TOKEN_KEY = '_token';
const TOKEN = /^[A-Za-z0-9_-]{16,64}$/;

/** What stands under a key, or is written there. */
export function parseOlder(key: string, bytes: Uint8Array): OlderAgents {
  const last = key.split('.').at(-1) ?? '';
  if (last === TOKEN_KEY) {
    const token = new TextDecoder().decode(bytes);
    return TOKEN.test(token) ? { token } : {};
  }
  const server = parseOlderServer(last, bytes);
  return server === undefined ? {} : { server };
}

/** All that stands there of a round. @throws when NATS does not answer */
export async function readOlder(bucket: KV, lab: string, round: string): Promise<OlderAgents[]> {
  const keys: string[] = [];
  for await (const key of await bucket.keys(`${lab}.${round}.*`)) keys.push(key);
  const entries = await Promise.all(keys.map((key) => bucket.get(key)));
  return entries.flatMap((entry) => (entry?.operation === 'PUT' ? [parseOlder(entry.key, entry.value)] : []));
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
