import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { collectorSchema } from '../../src/config/schema.ts';
import { forShard, parseShards, readShards, shardNamed, shardOf } from '../../src/shards/shard-file.ts';

const HERE = { 'nats.url': 'nats://here:4222', 'influx.url': 'http://here:8086' };
const read = (yaml: string) => parseShards('shards.yaml', parse(yaml), HERE);

const GOOD = `
shards:
  a:
    labs: [team-a-*, moved]
    influx: {url: 'http://influx-a:8086', database: a}
    retention: {raw: 7d}
  b-2:
    labs: [team-a-7, gpu]
  rest: {labs: ['*'], stream: {name: NESTWATCH}}
`;

test('a lab is of the shard that names it, else of a pattern, else of the rest', async () => {
  const plan = await read(GOOD);
  const found = ['team-a-1', 'team-a-7', 'moved', 'gpu', 'new'].map((lab) => shardOf(plan, lab)?.name);
  expect(found).toEqual(['a', 'b-2', 'a', 'b-2', 'rest']);
  expect(shardOf({ shards: plan.shards.slice(0, 2) }, 'new')).toBeUndefined();
});

test('settings of a shard go before all others, and stream and database have its name where it says none', async () => {
  const plan = await read(GOOD);
  const config = loadConfig(collectorSchema, {
    env: { INFLUX_URL: 'http://other:8086', INFLUX_BUCKET: 'of-all' },
    flags: {},
  });
  const [a, b, rest] = ['a', 'b-2', 'rest'].map((name) => forShard(config, shardNamed(plan, name)));
  expect(a).toMatchObject({
    'influx.url': 'http://influx-a:8086',
    'influx.database': 'a',
    'retention.raw': 7 * 86_400_000,
    'stream.name': 'NESTWATCH_A',
  });
  expect(b).toMatchObject({
    'influx.url': 'http://other:8086',
    'influx.database': 'nestwatch_b_2',
    'influx.bucket': undefined,
    'stream.name': 'NESTWATCH_B_2',
    'retention.raw': config['retention.raw'],
  });
  expect(rest?.['stream.name']).toBe('NESTWATCH');
});

test.each([
  ['{shards: {a: {labs: [x]}, b: {labs: [x]}}}', 'the shards a and b both claim lab x (x, x)'],
  [
    "{shards: {a: {labs: ['team-*']}, b: {labs: ['*-b-*']}}}",
    'the shards a and b both claim labs such as team-b- (team-*, *-b-*)',
  ],
  ["{shards: {a: {labs: ['*']}, b: {labs: ['*']}}}", 'both claim'],
  [
    '{shards: {a: {labs: [x], stream: {name: S}}, b: {labs: [y], stream: {name: S}}}}',
    'the shards a and b both have the stream S at nats://here:4222',
  ],
  [
    '{shards: {a: {labs: [x], influx: {database: d}}, b: {labs: [y], influx: {database: d}}}}',
    'the shards a and b both have the database d at http://here:8086',
  ],
  [
    "{shards: {a: {labs: [x], stream: {name: S}}, b: {labs: [y], stream: {name: S}, nats: {url: 'nats://here:4222'}}}}",
    'both have the stream S',
  ],
  [
    '{shards: {a: {labs: [x], influx: {databse: d}}}}',
    'shards.yaml, shard a: unknown setting influx.databse',
  ],
  ['{shards: {a: {labs: [x], retention: {raw: soon}}}}', 'retention.raw in shards.yaml, shard a: "soon"'],
  ['{shards: {a: {labs: [x.y]}}}', 'shard a has a lab "x.y"'],
  ['{shards: {a: {}}}', 'shard a has no list of labs'],
  ['{shards: {A B: {labs: [x]}}}', '"A B" is not allowed'],
  ['{shards: {a: {labs: [x], shard: b}}}', 'shard a cannot set shard'],
  ['{shard: {}}', 'unknown key shard; known is shards'],
  ['{shards: []}', 'shards.yaml: shards must be a map'],
  ['{shards: {}}', 'shards.yaml has no shard'],
])('%s is refused: %s', async (yaml, text) => {
  await expect(read(yaml)).rejects.toThrow(text);
});

test('streams of the same name on different servers are two, and so are databases', async () => {
  const plan = await read(`
shards:
  a: {labs: [x], nats: {url: 'nats://a:4222'}, stream: {name: S}, influx: {url: 'http://a:8086', database: d}}
  b: {labs: [y], nats: {url: 'nats://b:4222'}, stream: {name: S}, influx: {url: 'http://b:8086', database: d}}
`);
  expect(plan.shards).toHaveLength(2);
});

test('a file that is not there, and a shard that is not in it, are named', async () => {
  await expect(readShards('/nowhere/shards.yaml', HERE)).rejects.toThrow('/nowhere/shards.yaml');
  const path = join(mkdtempSync(join(tmpdir(), 'shards-')), 'shards.yaml');
  writeFileSync(path, GOOD);
  const plan = await readShards(path, HERE);
  expect(() => shardNamed(plan, 'c')).toThrow(`${path} has no shard c; it has a, b-2, rest`);
  expect(() => shardNamed(plan, '')).toThrow(`name a shard of ${path}: a, b-2, rest`);
});
