import { expect, test } from 'vitest';
import { troubleOf } from '../../../src/cli/shards/trouble.ts';
import type { ShardFigures } from '../../../src/shards/figures.ts';
import { parseShards } from '../../../src/shards/shard-file.ts';

const elsewhere = { 'nats.url': 'nats://n', 'influx.url': 'http://i' };
const plan = await parseShards(
  '/s.yaml',
  { shards: { a: { labs: ['one'] }, b: { labs: ['two'] } } },
  elsewhere,
);
const shown = (shard: string, labs: string[], more: Partial<ShardFigures> = {}): ShardFigures => ({
  ...{ shard, stream: `NESTWATCH_${shard.toUpperCase()}`, isThere: true, labs },
  ...{ pending: 0, lagSeconds: 0, bytes: 0, mostBytes: -1, deadLetters: 0 },
  ...more,
});
const trouble = (...figures: ShardFigures[]) => {
  const all = new Map(figures.map((each) => [each.shard, each]));
  return plan.shards.map((shard) =>
    troubleOf(plan, shard, all.get(shard.name) ?? shown(shard.name, []), all),
  );
};

test('a shard whose database takes nothing is known by what waits, and the other shard is well', () => {
  const waits = shown('a', ['one'], { pending: 1234, lagSeconds: 300 });
  expect(trouble(waits, shown('b', ['two'], { pending: 9, lagSeconds: 2 }))).toEqual([
    [expect.stringMatching(/^1234 messages wait, for up to 5 min: no collector of it runs, or its database/)],
    [],
  ]);
});

test('says which shard has a lab of another, or one that the file gives to nobody', () => {
  expect(trouble(shown('a', ['one', 'two', 'three']), shown('b', ['two']))).toEqual([
    [
      'it has lab two, which b has as well',
      'it has lab two, which /s.yaml gives to b: see nestwatch shards move',
      'it has lab three, which /s.yaml gives to no shard: see nestwatch shards move',
    ],
    ['it has lab two, which a has as well'],
  ]);
  expect(trouble(shown('a', ['one']), shown('b', [], { isThere: false }))[1]).toEqual([
    'there is no stream NESTWATCH_B: does a collector of this shard run?',
  ]);
});
