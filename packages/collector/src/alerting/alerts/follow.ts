import type { KV } from '@nats-io/kv';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';

/** The values under a prefix of a bucket that parse. */
export async function readAll<T>(bucket: KV, prefix: string, parse: (text: string) => T | undefined) {
  const found: { key: string; revision: number; value: T }[] = [];
  for await (const key of await bucket.keys(`${prefix}.>`)) {
    const entry = await bucket.get(key);
    const value = entry?.operation === 'PUT' ? parse(entry.string()) : undefined;
    if (entry !== null && value !== undefined) found.push({ key, revision: entry.revision, value });
  }
  return found;
}

/** The values under a prefix, kept up to date. They are all there from the beginning. */
export async function follow<T>(
  bucket: KV,
  prefix: string,
  parse: (text: string) => T | undefined,
  signal: AbortSignal,
  log: Log,
): Promise<Map<string, T>> {
  const entries = await bucket.watch({ key: `${prefix}.>` });
  const stop = () => entries.stop();
  signal.addEventListener('abort', stop, { once: true });
  const values = new Map((await readAll(bucket, prefix, parse)).map(({ key, value }) => [key, value]));
  const take = async () => {
    for await (const entry of entries) {
      const value = entry.operation === 'PUT' ? parse(entry.string()) : undefined;
      if (value === undefined) values.delete(entry.key);
      else values.set(entry.key, value);
    }
  };
  take().catch((error: unknown) => {
    if (!signal.aborted) log.warn(`no longer following keys ${prefix}.>`, { error: messageOf(error) });
  });
  return values;
}
