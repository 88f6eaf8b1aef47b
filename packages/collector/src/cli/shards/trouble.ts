import { formatDuration } from '@nestwatch/common/quantities';
import type { ShardFigures } from '../../shards/figures.ts';
import { type Shard, type ShardPlan, shardOf } from '../../shards/shard-file.ts';

/** Collectors write within seconds. Where messages wait longer, nobody writes them. */
const STANDS_STILL_S = 60;

/**
 * What is wrong with a shard, as far as its NATS can tell.
 * @param all the same of all shards, or why nothing is known of one
 */
export function troubleOf(
  plan: ShardPlan,
  shard: Shard,
  found: ShardFigures,
  all: ReadonlyMap<string, ShardFigures | string>,
): string[] {
  const { isThere, stream, pending, lagSeconds } = found;
  const trouble = misplaced(plan, shard, found, all);
  if (!isThere) trouble.unshift(`there is no stream ${stream}: does a collector of this shard run?`);
  if (lagSeconds > STANDS_STILL_S)
    trouble.push(
      `${pending} messages wait, for up to ${formatDuration(lagSeconds)}: no collector of it runs, or its database is slow or refuses them; its collectors' log says which`,
    );
  return trouble;
}

/** Where the streams and the file say different things. */
function misplaced(
  plan: ShardPlan,
  { name }: Shard,
  { labs }: ShardFigures,
  all: ReadonlyMap<string, ShardFigures | string>,
): string[] {
  return labs.flatMap((lab) => {
    const wanted = shardOf(plan, lab)?.name;
    const others = [...all.values()].flatMap((each) =>
      typeof each !== 'string' && each.shard !== name && each.labs.includes(lab) ? [each.shard] : [],
    );
    return [
      ...(others.length === 0 ? [] : [`it has lab ${lab}, which ${others.join(', ')} has as well`]),
      ...(wanted === name || lab === '*'
        ? []
        : [
            `it has lab ${lab}, which ${plan.path} gives to ${wanted ?? 'no shard'}: see nestwatch shards move`,
          ]),
    ];
  });
}
