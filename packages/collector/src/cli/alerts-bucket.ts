import { jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { BUCKETS } from '@nestwatch/proto';
import type { UserSchema } from './settings.ts';
import { withNats } from './with-nats.ts';

/**
 * Runs something with the bucket of alerts and silences, and closes the connection after it.
 * @throws UsageError when NATS cannot be reached, or when no collector has watched yet
 */
export function withAlertsBucket<T>(
  context: CommandContext<UserSchema>,
  use: (bucket: KV) => Promise<T>,
): Promise<T> {
  return withNats(context, async (connection) => {
    const bucket = await new Kvm(jetstream(connection)).open(BUCKETS.alerts);
    await bucket.status().catch((error: unknown) => {
      throw new UsageError(`NATS has no alerts yet: has a collector run? (${messageOf(error)})`);
    });
    return await use(bucket);
  });
}

/** The values under a prefix that parse. */
export async function readAll<T>(
  bucket: KV,
  prefix: string,
  parse: (text: string) => T | undefined,
): Promise<T[]> {
  const found: T[] = [];
  const keys: string[] = [];
  for await (const key of await bucket.keys(`${prefix}.>`)) keys.push(key);
  for (const key of keys) {
    const entry = await bucket.get(key);
    const value = entry?.operation === 'PUT' ? parse(entry.string()) : undefined;
    if (value !== undefined) found.push(value);
  }
  return found;
}
