import { jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { createLog } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats } from '@nestwatch/common/nats/connect';
import { BUCKETS } from '@nestwatch/proto';
import type { UserSchema } from './settings.ts';

const CONNECT_LIMIT_MS = 10_000;

/**
 * Runs something with a connection to NATS, and closes it after that.
 * @throws UsageError when NATS cannot be reached
 */
export async function withNats<T>(
  { config, signal, stderr }: CommandContext<UserSchema>,
  use: (connection: NatsConnection) => Promise<T>,
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
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/**
 * The same with the bucket of alerts and silences.
 * @throws UsageError also when no collector has watched yet
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
