import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { messageOf } from '@nestwatch/common/errors';
import { formatDuration, formatMemory } from '@nestwatch/common/quantities';
import { redact } from '@nestwatch/common/redact';
import { openStore } from '../../influx/store.ts';
import { storeName } from '../../influx/store-name.ts';
import type { ShardFigures } from '../../shards/figures.ts';
import { forShard, type Shard, type ShardPlan } from '../../shards/shard-file.ts';
import { askCollector } from '../ask-collector.ts';
import type { UserSchema } from '../settings.ts';
import { withNats } from '../with-nats.ts';
import { byNats, contextOf, planOf } from './plan.ts';
import { troubleOf } from './trouble.ts';

/** A shard as it is, and what is wrong with it. */
interface ShardRow extends Partial<Omit<ShardFigures, 'shard'>> {
  readonly shard: string;
  readonly database: string;
  readonly trouble: readonly string[];
}

/** `nestwatch shards`: exit 1 when something is wrong with one, so that it is fit for a monitoring check. */
export async function listShards(context: CommandContext<UserSchema>): Promise<number> {
  const { options, stdout, stderr } = context;
  const plan = await planOf(context);
  const figures = await readAllFigures(context, plan);
  const rows = await Promise.all(plan.shards.map((shard) => rowOf(context, plan, shard, figures)));
  if (options['json']) stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else stdout.write(renderShards(rows));
  const trouble = rows.flatMap((row) => row.trouble.map((each) => `shard ${row.shard}: ${each}\n`));
  if (!options['json']) for (const each of trouble) stderr.write(each);
  return trouble.length > 0 ? EXIT.failed : EXIT.ok;
}

/** What the collectors of each NATS say of its shards, or why they say nothing. */
async function readAllFigures(context: CommandContext<UserSchema>, plan: ShardPlan) {
  const all = new Map<string, ShardFigures | string>();
  await Promise.all(
    [...byNats(context, plan).values()].map(async (shards) => {
      const [first] = shards;
      if (first === undefined) return;
      try {
        const found = await withNats(contextOf(context, first), (connection) =>
          askCollector<ShardFigures[]>(connection, 'read', 'shards', { shard: first.name }),
        );
        for (const each of found) all.set(each.shard, each);
      } catch (error) {
        for (const { name } of shards) all.set(name, messageOf(error));
      }
    }),
  );
  return all;
}

async function rowOf(
  context: CommandContext<UserSchema>,
  plan: ShardPlan,
  shard: Shard,
  all: ReadonlyMap<string, ShardFigures | string>,
): Promise<ShardRow> {
  const config = forShard(context.config, shard);
  const store = storeName(config);
  const database = `${redact(config['influx.url'])} ${store}`;
  const found = all.get(shard.name) ?? 'its collectors have an older shards.file';
  const influx = await openStore(config).then(
    () => [],
    (error: unknown) => [`its database cannot be used: ${messageOf(error)}`],
  );
  if (typeof found === 'string') return { shard: shard.name, database, trouble: [found, ...influx] };
  const trouble = [...troubleOf(plan, shard, found, all), ...influx];
  return { ...found, shard: shard.name, database, trouble };
}

function renderShards(rows: readonly ShardRow[]): string {
  const columns: Column<ShardRow>[] = [
    { title: 'SHARD', value: (row) => row.shard },
    { title: 'STREAM', value: (row) => row.stream ?? '-' },
    { title: 'LABS', value: (row) => String(row.labs?.length ?? '-'), align: 'right' },
    { title: 'PENDING', value: (row) => String(row.pending ?? '-'), align: 'right' },
    {
      title: 'LAG',
      value: (row) => (row.lagSeconds === undefined ? '-' : formatDuration(row.lagSeconds)),
      align: 'right',
    },
    { title: 'STREAM SIZE', value: (row) => sizeOf(row), align: 'right' },
    { title: 'DEAD', value: (row) => String(row.deadLetters ?? '-'), align: 'right' },
    { title: 'DATABASE', value: (row) => row.database },
  ];
  const labs = rows
    .filter((row) => (row.labs?.length ?? 0) > 0)
    .map((row) => `${row.shard}: ${row.labs?.join(' ')}\n`);
  return `${renderTable(columns, rows)}${labs.length === 0 ? '' : `\n${labs.join('')}`}`;
}

function sizeOf({ bytes, mostBytes = -1 }: ShardRow): string {
  if (bytes === undefined) return '-';
  return mostBytes < 0 ? formatMemory(bytes) : `${formatMemory(bytes)} of ${formatMemory(mostBytes)}`;
}
