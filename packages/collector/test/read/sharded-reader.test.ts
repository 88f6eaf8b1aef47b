import { RetryableError } from '@nestwatch/common/errors';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { equals, influxql } from '../../src/read/query.ts';
import { createShardedReader } from '../../src/read/sharded-reader.ts';
import { parseShards } from '../../src/shards/shard-file.ts';

const plan = await parseShards(
  'shards.yaml',
  parse("{shards: {a: {labs: ['a-*']}, b: {labs: [moved]}, rest: {labs: ['*']}}}"),
  { 'nats.url': 'nats://here:4222', 'influx.url': 'http://here:8086' },
);

/** A reader over databases in memory, and what each was asked. */
function readerOf(answers: Record<string, string[] | Error>) {
  const asked: string[] = [];
  const missing: string[] = [];
  const reader = createShardedReader({
    plan: () => plan,
    open: async ({ name }) => {
      const labs = answers[name] ?? [];
      const query = async () => {
        asked.push(name);
        if (labs instanceof Error) throw labs;
        return labs.map((lab) => ({ name: 'report', tags: { lab }, rows: [{ time: 1, from: name }] }));
      };
      return { query, queryThinned: query };
    },
    onMissing: (shard, reason) => missing.push(`${shard}: ${reason}`),
  });
  return { reader, asked, missing };
}

const about = (...labs: string[]) =>
  influxql({ select: ['*'], from: 'report', where: labs.map((lab) => equals('lab', lab)) });

test('a question about a lab goes to its shard alone', async () => {
  const { reader, asked } = readerOf({ a: ['a-1'], b: ['moved'], rest: ['other'] });
  const found = await reader.query(about('moved'));
  expect(found.map(({ tags }) => tags['lab'])).toEqual(['moved']);
  expect(asked).toEqual(['b']);
  await reader.query(about('a-1', 'whatever'));
  expect(asked).toEqual(['b', 'a', 'rest']);
});

test('a question about all labs goes to each shard; what one has of a lab that left it does not count', async () => {
  const { reader } = readerOf({ a: ['a-1', 'moved'], b: ['moved'], rest: ['other', 'a-1'] });
  const found = await reader.query(about());
  const from = found.map(({ tags, rows }) => `${tags['lab']} ${rows[0]?.['from']}`);
  expect(from).toEqual(['a-1 a', 'moved b', 'other rest']);
});

test('a shard that cannot be asked is named, and the others answer', async () => {
  const { reader, missing } = readerOf({ a: new RetryableError('away'), b: ['moved'], rest: [] });
  expect((await reader.query(about())).map(({ tags }) => tags['lab'])).toEqual(['moved']);
  expect(missing).toEqual(['a: away']);
  await expect(reader.query(about('a-1'))).rejects.toThrow('away');
});
