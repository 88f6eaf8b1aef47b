import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giveLab } from '../../../src/cli/shards/edit-labs.ts';
import { readShards, shardOf } from '../../../src/shards/shard-file.ts';

const HERE = { 'nats.url': 'nats://here:4222', 'influx.url': 'http://here:8086' };
const FILE = `# Who has what.
shards:
  a:
    labs: [team-a-*, gpu] # the old machines
    influx: { database: a }
  b:
    labs:
      - team-b-*
`;

test('a lab is put under its shard and taken from the others, and all else stays', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'edit-')), 'shards.yaml');
  writeFileSync(path, FILE);
  chmodSync(path, 0o640);
  expect(await giveLab(path, 'gpu', 'b')).toBe(true);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('# Who has what.');
  expect(text).toContain('# the old machines');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  const plan = await readShards(path, HERE);
  expect(plan.shards.map(({ labs }) => labs)).toEqual([['team-a-*'], ['team-b-*', 'gpu']]);
  expect(shardOf(plan, 'gpu')?.name).toBe('b');

  // Done twice, it changes nothing; a pattern's lab gets its name.
  expect(await giveLab(path, 'gpu', 'b')).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(text);
  await giveLab(path, 'team-a-1', 'b');
  expect(shardOf(await readShards(path, HERE), 'team-a-1')?.name).toBe('b');
});

test('a file that cannot be changed is named', async () => {
  await expect(giveLab('/nowhere/shards.yaml', 'gpu', 'b')).rejects.toThrow(
    '/nowhere/shards.yaml cannot be changed',
  );
});
