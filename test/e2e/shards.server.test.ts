import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { BUCKETS, inboxPrefix, subjects } from '@nestwatch/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logTail } from '../../deploy/local/processes.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { kill } from '../faults/support/faults.ts';
import { balance } from '../faults/support/ledger.ts';
import { createShardLab, type ShardLab, type TestShard } from '../faults/support/shard-lab.ts';

let made: ShardLab;
const ones = { lab: 'team-a-1', node: 'one' };
const twos = { lab: 'two', node: 'two' };

beforeAll(async () => {
  made = await createShardLab({ a: ['team-a-*', 'one'], b: ['two', 'team-b-*'] });
});
afterAll(() => made?.lab[Symbol.asyncDispose]());

async function labsOf(stream: string): Promise<string[]> {
  const connection = await connect({ port: made.lab.natsPort });
  try {
    const { config } = await (await jetstreamManager(connection)).streams.info(stream);
    return [...new Set(config.subjects.map((subject) => subject.split('.')[1] ?? ''))].filter(Boolean);
  } finally {
    await connection.close();
  }
}

/** Asks for the time as an agent does. @returns whether a collector answers */
async function sync({ lab, node }: { lab: string; node: string }): Promise<boolean> {
  const connection = await connect({ port: made.lab.natsPort, inboxPrefix: inboxPrefix(lab, node) });
  try {
    const answer = await connection.request(subjects.sync(lab, node), '', { timeout: 1000 });
    return answer.data.length > 0;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

const has = async ({ store }: TestShard, node: string) =>
  (await store.query(`SELECT "seq" FROM "nestwatch_report" WHERE "node" = '${node}'`)).length > 0;

test('a lab that asks is taken into the shard whose pattern it has, and nobody takes one of no shard', async () => {
  await waitUntil(() => sync(ones), { what: 'lab team-a-1 in shard a' });
  expect(await labsOf('NESTWATCH_A')).toEqual(['one', 'team-a-1']);
  expect(await labsOf('NESTWATCH_B')).toEqual(['two']);
  expect(await labsOf('NESTWATCH_B_DEAD')).toEqual(['two']);
  expect(await sync({ lab: 'stranger', node: 'n' })).toBe(false);
});

test('what nodes send stands in the database of their shard alone; page, API and command show all', async () => {
  const agents = [ones, twos].map((node) => made.startAgent(node, made.lab.natsPort, 20));
  await waitUntil(async () => (await has(made.a, 'one')) && (await has(made.b, 'two')), {
    what: 'both labs in their databases',
  });
  expect([await has(made.b, 'one'), await has(made.a, 'two')]).toEqual([false, false]);
  for (const { url } of [made.a, made.b]) {
    const page = await (await fetch(`${url}/`)).text();
    expect(page).toContain('team-a-1');
    expect(page).toContain('>two<');
    const { labs } = (await (await fetch(`${url}/api/v1/labs`)).json()) as { labs: { lab: string }[] };
    expect(labs.map(({ lab }) => lab).sort()).toEqual(['team-a-1', 'two']);
    expect((await fetch(`${url}/api/v1/labs/two/nodes`)).status).toBe(200);
  }
  const all = await made.nestwatch('lab');
  expect(all.stdout).toMatch(/one[\s\S]*two|two[\s\S]*one/);
  expect((await made.nestwatch('lab', 'two')).stdout).not.toContain('team-a-1');
  const listed = await made.nestwatch('shards', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { shard: 'a', stream: 'NESTWATCH_A', labs: ['one', 'team-a-1'], trouble: [] },
    { shard: 'b', stream: 'NESTWATCH_B', labs: ['two'], trouble: [] },
  ]);
  expect(listed.code).toBe(0);
  await Promise.all(agents.map(kill));
});

test('a shard whose database is away keeps its messages in its stream, and the other goes on', async () => {
  await kill(made.b.influx);
  const agents = [ones, twos].map((node) => made.startAgent(node, made.lab.natsPort, 20));
  const known = made.journal('one').size;
  await waitUntil(() => made.journal('one').size > known + 20, { what: 'more messages of one' });
  await waitUntil(
    async () => (await balance(made.a.store, 'one', made.journal('one'))).inInflux > known + 20,
    { what: 'shard a goes on' },
  );
  const listed = await made.nestwatch('shards');
  expect(listed.code).toBe(1);
  expect(listed.stderr).toContain('shard b: its database cannot be used');
  expect(listed.stderr).not.toContain('shard a');
  // The page of either shows what there is.
  expect(await (await fetch(`${made.b.url}/api/v1/labs`)).text()).toContain('team-a-1');
  await made.b.restartInflux();
  await Promise.all(agents.map(kill));
  for (const node of [ones, twos]) made.startAgent(node, made.lab.natsPort, 0);
  for (const [shard, { node }] of [
    [made.a, ones],
    [made.b, twos],
  ] as const) {
    await waitUntil(async () => (await balance(shard.store, node, made.journal(node))).missing.length === 0, {
      what: `all of ${node}`,
    });
  }
});

test('a lab moves with all that it stored; its shard owns its watch and accounts from then on', async () => {
  const moved = await made.nestwatch('shards', 'move', 'team-a-1', '--to', 'b');
  expect(moved.stderr).not.toContain('yet to write');
  expect(moved.code).toBe(0);
  expect(await labsOf('NESTWATCH_A')).toEqual(['one']);
  expect(await labsOf('NESTWATCH_B_DEAD')).toEqual(['team-a-1', 'two']);
  const whole = await balance(made.b.store, 'one', made.journal('one'));
  expect([whole.missing, whole.repeated]).toEqual([[], []]);
  expect(whole.assigned).toBeGreaterThan(40);
  // The collectors follow: those of b show its figures, those of a do not any more.
  const figures = async ({ url }: TestShard) => await (await fetch(`${url}/metrics`)).text();
  const isOf = /nestwatch_delivery_written\{lab="team-a-1"/;
  await waitUntil(async () => isOf.test(await figures(made.b)) && !isOf.test(await figures(made.a)), {
    what: 'the figures of team-a-1 at shard b alone',
  });
  expect((await made.nestwatch('lab', 'team-a-1')).stdout).toContain('one');
  expect((await made.nestwatch('status', 'team-a-1', '--json')).stdout).toContain('"lost": 0');

  // Done again, it does nothing; a lab goes only to shards that there are.
  expect((await made.nestwatch('shards', 'move', 'team-a-1', '--to', 'b')).code).toBe(0);
  const wrong = await made.nestwatch('shards', 'move', 'team-a-1', '--to', 'c');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('has no shard c; it has a, b')]);
});

test('shards that claim one lab are refused by collectors and commands, with both names', async () => {
  const file = join(made.lab.dir, 'twice.yaml');
  writeFileSync(file, "{shards: {a: {labs: ['x-*']}, b: {labs: ['*-y']}}}");
  const refused = await made.nestwatch('shards', '--shards-file', file);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('the shards a and b both claim labs such as x-y (x-*, *-y)');
  await expect(
    made.lab.startCollector({ NESTWATCH_SHARDS_FILE: file, NESTWATCH_SHARD: 'a' }),
  ).rejects.toThrow('at once');
  expect(logTail(join(made.lab.dir, 'collector.log'))).toContain('both claim labs such as x-y');
});

test('each shard has its own leases, and buckets that nodes know are shared', async () => {
  const connection = await connect({ port: made.lab.natsPort });
  const manager = await jetstreamManager(connection);
  const keysOf = async (bucket: string) =>
    Object.keys((await manager.streams.info(`KV_${bucket}`, { subjects_filter: '>' })).state.subjects ?? {});
  const leases = (await keysOf(BUCKETS.collectorLeases)).map((subject) => subject.split('.').at(-1));
  expect(leases.sort()).toEqual(['topology-a', 'topology-b', 'turns-a', 'turns-b', 'watch-a', 'watch-b']);
  const states = (await keysOf(BUCKETS.watermarks)).map((subject) => subject.split('.')[2]);
  expect([...new Set(states)].sort()).toEqual(['team-a-1', 'two']);
  await connection.close();
});
