import type { NatsConnection } from '@nats-io/transport-node';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { createLog } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats } from '@nestwatch/common/nats/connect';
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
  if (connection === undefined) throw new UsageError(`cannot connect to NATS at ${config['nats.url']}`);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}
