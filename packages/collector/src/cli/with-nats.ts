import type { NatsConnection } from '@nats-io/transport-node';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import { createLog } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats } from '@nestwatch/common/nats/connect';
import { forShard, readShards, shardOf } from '../shards/shard-file.ts';
import type { UserSchema } from './settings.ts';
import { withSetupHint } from './with-setup-hint.ts';

const CONNECT_LIMIT_MS = 10_000;

/**
 * Runs something with a connection to NATS, and closes it after that.
 * @param lab the NATS of its shard, where shards have several
 * @throws UsageError when NATS cannot be reached
 */
export async function withNats<T>(
  context: CommandContext<UserSchema>,
  use: (connection: NatsConnection) => Promise<T>,
  lab?: string,
): Promise<T> {
  const { signal, stderr } = context;
  const config = await configOf(context, lab);
  const limit = linkSignals([signal], CONNECT_LIMIT_MS);
  const url = config['nats.url'];
  const connection = await withSetupHint(url, async () => {
    const connected = await connectNats({
      url,
      access: await natsAccess(config),
      name: 'nestwatch',
      log: createLog({ level: 'error', format: 'text', write: (line) => void stderr.write(line) }),
      signal: limit.signal,
    });
    if (connected === undefined) throw new UsageError(`cannot connect to NATS at ${url}`);
    return connected;
  }).finally(limit.release);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

async function configOf({ config }: CommandContext<UserSchema>, lab: string | undefined) {
  const path = config['shards.file'];
  const shard = path === '' || lab === undefined ? undefined : shardOf(await readShards(path, config), lab);
  return shard === undefined ? config : forShard(config, shard);
}
