import type { CommandContext } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { groupBy } from '@nestwatch/common/group-by';
import { forShard, readShards, type Shard, type ShardPlan } from '../../shards/shard-file.ts';
import { readPages } from '../ask-collector.ts';
import type { UserSchema } from '../settings.ts';
import { withNats } from '../with-nats.ts';

/** @throws UsageError where no shards are configured, and as readShards */
export function planOf({ config }: CommandContext<UserSchema>): Promise<ShardPlan> {
  const path = config['shards.file'];
  if (path === '') throw new UsageError('there are no shards: set shards.file to the file that says them');
  return readShards(path, config);
}

/**
 * All parts of a list: of one lab; or of all labs, and then of the collectors of each shard, or of one shard for each NATS.
 * @throws as askCollector
 */
export async function readLists<T>(
  context: CommandContext<UserSchema>,
  verb: string,
  lab: string | undefined,
  each: 'shard' | 'nats',
): Promise<T[]> {
  if (lab !== undefined || context.config['shards.file'] === '') {
    return withNats(
      context,
      (connection) => readPages<T>(connection, verb, lab === undefined ? {} : { lab }),
      lab,
    );
  }
  const plan = await planOf(context);
  const ofNats = [...byNats(context, plan).values()].map((shards) => shards.slice(0, 1));
  const asked = each === 'shard' ? plan.shards : ofNats.flat();
  const lists = asked.map((shard) =>
    withNats(contextOf(context, shard), (connection) =>
      readPages<T>(connection, verb, { shard: shard.name }),
    ),
  );
  return (await Promise.all(lists)).flat();
}

/** Shards by the NATS that they are on. */
export function byNats(context: CommandContext<UserSchema>, { shards }: ShardPlan): Map<string, Shard[]> {
  return groupBy(shards, (shard) => natsOf(context, shard));
}

export function natsOf({ config }: CommandContext<UserSchema>, shard: Shard): string {
  return forShard(config, shard)['nats.url'];
}

/** The same context, with the settings of a shard. */
export function contextOf(context: CommandContext<UserSchema>, shard: Shard): CommandContext<UserSchema> {
  const { stdout, stderr } = context;
  return { ...context, stdout, stderr, config: forShard(context.config, shard) };
}
