import { jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { createLog } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats } from '@nestwatch/common/nats/connect';
import { BUCKETS } from '@nestwatch/proto';
import type { UserSchema } from './settings.ts';

const CONNECT_LIMIT_MS = 10_000;

/**
 * Runs something with the bucket of alerts and silences, and closes the connection after it.
 * @throws UsageError when NATS cannot be reached, or when no collector has watched yet
 */
export async function withAlertsBucket<T>(
  { config, signal, stderr }: CommandContext<UserSchema>,
  use: (bucket: KV) => Promise<T>,
): Promise<T> {
  const connection = await connectNats({
    url: config['nats.url'],
    access: await natsAccess(config),
    name: 'nestwatch',
    log: createLog({ level: 'error', format: 'text', write: (line) => void stderr.write(line) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_LIMIT_MS)]),
  });
  if (connection === undefined) throw new UsageError(`NATS at ${config['nats.url']} cannot be reached`);
  try {
    const bucket = await new Kvm(jetstream(connection)).open(BUCKETS.alerts);
    await bucket.status().catch((error: unknown) => {
      throw new UsageError(`NATS has no alerts yet: has a collector run? (${messageOf(error)})`);
    });
    return await use(bucket);
  } finally {
    await connection.close();
  }
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
