import { readYaml, settingsIn } from '@nestwatch/common/config/load';
import { UsageError } from '@nestwatch/common/errors';
import { redact } from '@nestwatch/common/redact';
import { type CollectorConfig, collectorSchema } from '../config/schema.ts';
import { isExact, matches, PATTERN, REST, sharedName } from './patterns.ts';
import { shardSettings } from './settings.ts';

/** A part of all labs that has a stream, a database and collectors of its own. */
export interface Shard {
  readonly name: string;
  /** Names of labs, and patterns of names. */
  readonly labs: readonly string[];
  /** What holds for it, whatever else is configured. */
  readonly settings: Partial<CollectorConfig>;
}

/** All shards, as one file says. */
export interface ShardPlan {
  readonly path: string;
  readonly shards: readonly Shard[];
}

/** Where a shard is that says nothing else. */
export type Elsewhere = Pick<CollectorConfig, 'nats.url' | 'influx.url'>;

/**
 * Reads the shards.
 * @throws UsageError when the file cannot be read, or two shards claim one lab, one stream or one database
 */
export async function readShards(path: string, otherwise: Elsewhere): Promise<ShardPlan> {
  const file = await readYaml(path, true);
  return parseShards(path, file?.tree, otherwise);
}

/** The shards that a tree of YAML says. @throws UsageError as readShards */
export async function parseShards(path: string, tree: unknown, otherwise: Elsewhere): Promise<ShardPlan> {
  const { shards: listed, ...others } = mapOf(tree, path);
  const [stray] = Object.keys(others);
  if (stray !== undefined) throw new UsageError(`${path}: unknown key ${stray}; known is shards`);
  const shards: Shard[] = [];
  for (const [name, given] of Object.entries(mapOf(listed, `${path}: shards`)))
    shards.push(await parseShard(path, name, given));
  if (shards.length === 0) throw new UsageError(`${path} has no shard`);
  refuseSharedLabs(path, shards);
  for (const what of [streamOf, databaseOf])
    refuseSame(path, shards, (shard) => what(forShard({ ...otherwise, ...NAMES }, shard)));
  return { path, shards };
}

/** The shard that the file gives a lab to: by its name, else by a pattern, else the one of the rest. */
export function shardOf({ shards }: Pick<ShardPlan, 'shards'>, lab: string): Shard | undefined {
  const by = (fits: (pattern: string) => boolean) => shards.find(({ labs }) => labs.some(fits));
  return (
    by((pattern) => pattern === lab) ??
    by((pattern) => pattern !== REST && matches(pattern, lab)) ??
    by((pattern) => pattern === REST)
  );
}

/** The shard of a name. @throws UsageError that lists those that there are */
export function shardNamed({ path, shards }: ShardPlan, name: string): Shard {
  const found = shards.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = shards.map((each) => each.name).join(', ');
  throw new UsageError(
    name === '' ? `name a shard of ${path}: ${known}` : `${path} has no shard ${name}; it has ${known}`,
  );
}

/** Settings as they are for a shard. */
export function forShard<C extends object>(config: C, { settings }: Shard): C {
  const known = Object.entries(settings).filter(([key]) => key in config);
  return { ...config, ...Object.fromEntries(known) };
}

async function parseShard(path: string, name: string, given: unknown): Promise<Shard> {
  const { labs, ...tree } = mapOf(given, `${path}: shard ${name}`);
  shardSettings.shard.parse(name);
  const listed = Array.isArray(labs) ? labs : undefined;
  const wrong = listed?.find((each) => typeof each !== 'string' || !PATTERN.test(each));
  if (listed === undefined || wrong !== undefined) {
    const what = wrong === undefined ? 'has no list of labs' : `has a lab ${JSON.stringify(wrong)}`;
    throw new UsageError(`${path}: shard ${name} ${what}: give names, patterns such as team-a-*, or "*"`);
  }
  for (const key of ['shard', 'shards'])
    if (key in tree) throw new UsageError(`${path}: shard ${name} cannot set ${key}`);
  const settings = await settingsIn(collectorSchema, { path: `${path}, shard ${name}`, tree });
  const upper = name.toUpperCase().replaceAll('-', '_');
  const own = {
    'stream.name': `NESTWATCH_${upper}`,
    'influx.database': `nestwatch_${name.replaceAll('-', '_')}`,
    'influx.bucket': undefined,
    // A site's stream goes to one shard.
    'stream.sites': [],
  };
  return { name, labs: listed, settings: { ...own, ...settings } };
}

/** Where two shards claim one lab. A name goes before patterns, and a pattern before the rest. */
function refuseSharedLabs(path: string, shards: readonly Shard[]): void {
  const claims = shards.flatMap(({ name, labs }) => labs.map((lab) => ({ name, lab })));
  for (const [at, one] of claims.entries()) {
    for (const other of claims.slice(at + 1)) {
      const both = bothClaim(one.lab, other.lab);
      if (one.name === other.name || both === undefined) continue;
      const lab = isExact(one.lab) || one.lab === REST ? `lab ${both}` : `labs such as ${both}`;
      throw new UsageError(
        `${path}: the shards ${one.name} and ${other.name} both claim ${lab} (${one.lab}, ${other.lab})`,
      );
    }
  }
}

function bothClaim(one: string, other: string): string | undefined {
  if (isExact(one) !== isExact(other)) return undefined;
  if ((one === REST) !== (other === REST)) return undefined;
  return sharedName(one, other);
}

function refuseSame(path: string, shards: readonly Shard[], what: (shard: Shard) => string): void {
  const users = new Map<string, string>();
  for (const shard of shards) {
    const user = users.get(what(shard));
    if (user !== undefined)
      throw new UsageError(`${path}: the shards ${user} and ${shard.name} both have ${what(shard)}`);
    users.set(what(shard), shard.name);
  }
}

/** What `forShard` fills in. */
const NAMES = { 'stream.name': '', 'influx.database': '', 'influx.bucket': undefined as string | undefined };

function streamOf(settings: Elsewhere & typeof NAMES): string {
  return `the stream ${settings['stream.name']} at ${redact(settings['nats.url'])}`;
}

function databaseOf(settings: Elsewhere & typeof NAMES): string {
  const name = settings['influx.bucket'] ?? settings['influx.database'];
  return `the database ${name} at ${redact(settings['influx.url'])}`;
}

function mapOf(tree: unknown, what: string): Record<string, unknown> {
  if (typeof tree === 'object' && tree !== null && !Array.isArray(tree))
    return tree as Record<string, unknown>;
  throw new UsageError(`${what} must be a map`);
}
