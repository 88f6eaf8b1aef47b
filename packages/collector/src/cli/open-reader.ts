import type { CommandContext } from '@nestwatch/common/cli/program';
import { openStore } from '../influx/store.ts';
import type { HistoryReader } from '../read/query.ts';
import { createShardedReader } from '../read/sharded-reader.ts';
import { forShard, readShards } from '../shards/shard-file.ts';
import type { UserSchema } from './settings.ts';
import { withSetupHint } from './with-setup-hint.ts';

/**
 * What is read of InfluxDB: of the configured database, or of those of all shards, each for its labs. A shard that cannot be
 * asked is said once.
 * @throws as openStore, and as readShards
 */
export async function openReader({
  config,
  stderr,
}: Pick<CommandContext<UserSchema>, 'config' | 'stderr'>): Promise<HistoryReader> {
  const path = config['shards.file'];
  if (path === '') return withSetupHint(config['influx.url'], () => openStore(config));
  const plan = await readShards(path, config);
  const said = new Set<string>();
  return createShardedReader({
    plan: () => plan,
    open: (shard) => openStore(forShard(config, shard)),
    onMissing(shard, reason) {
      if (!said.has(shard)) stderr.write(`shard ${shard} is missing here: ${reason}\n`);
      said.add(shard);
    },
  });
}
