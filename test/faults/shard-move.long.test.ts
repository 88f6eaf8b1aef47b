import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, seeded } from '@nestwatch/testkit/random';
import { expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { createCut } from './support/cut.ts';
import { kill } from './support/faults.ts';
import { type Balance, balance } from './support/ledger.ts';
import { createShardLab } from './support/shard-lab.ts';

const seconds = Number(process.env['NESTWATCH_MOVES_SECONDS'] ?? 60);
const seed = Number(process.env['NESTWATCH_FAULTS_SEED'] ?? Date.now() % 1_000_000);
const SETTLE_MS = 120_000;
const PER_SECOND = 40;

test(`a lab that moves to and fro among faults for ${seconds} s loses nothing and doubles nothing (seed ${seed})`, {
  timeout: seconds * 3000 + 2 * SETTLE_MS + 120_000,
}, async () => {
  const random = seeded(seed);
  const made = await createShardLab(
    { a: ['moving', 'stays-a'], b: ['stays-b'] },
    { NESTWATCH_STREAM_DUPLICATE_WINDOW: '2s', NESTWATCH_INGEST_ACK_WAIT: '5s' },
  );
  await using lab = made.lab;
  const nodes = await Promise.all(
    [
      { lab: 'moving', node: 'm0' },
      { lab: 'moving', node: 'm1' },
      { lab: 'stays-a', node: 'sa' },
      { lab: 'stays-b', node: 'sb' },
    ].map(async (node) => ({ ...node, relay: await createCut(lab.natsPort) })),
  );
  const agents = new Map(
    nodes.map((node) => [node, made.startAgent(node, node.relay.port, PER_SECOND)] as const),
  );
  const shards = { a: made.a, b: made.b };
  const nats = () => lab.processes.find('nats-server');

  const faults = {
    async 'collector killed'() {
      const shard = pick(random, [made.a, made.b]);
      await kill(shard.collector);
      await sleep(random() * 1500);
      await shard.restartCollector();
    },
    async 'InfluxDB killed'() {
      const shard = pick(random, [made.a, made.b]);
      await kill(shard.influx);
      await sleep(random() * 1500);
      await shard.restartInflux();
    },
    async 'NATS killed'() {
      const server = nats();
      if (server !== undefined) await kill(server);
      await sleep(random() * 1000);
      await lab.startNats();
    },
    async 'JetStream store deleted'() {
      const server = nats();
      if (server !== undefined) await kill(server);
      rmSync(join(lab.dir, 'jetstream'), { recursive: true, force: true });
      await lab.startNats();
    },
    async 'agent killed'() {
      const node = pick(random, nodes);
      const agent = agents.get(node);
      if (agent !== undefined) await kill(agent);
      agents.set(node, made.startAgent(node, node.relay.port, PER_SECOND));
    },
    async 'agent cut off'() {
      const { relay } = pick(random, nodes);
      await relay.cut();
      await sleep(random() * 2000);
      await relay.mend();
    },
  };

  let at: 'a' | 'b' = 'a';
  let [moves, interrupted] = [0, 0];
  const happened = new Map<string, number>();
  const first = (Object.keys(faults) as (keyof typeof faults)[]).sort(() => random() - 0.5);
  const move = () => made.nestwatch('shards', 'move', 'moving', '--to', at, '--wait', '20s');
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end || first.length > 0) {
    at = at === 'a' ? 'b' : 'a';
    const moving = move();
    await sleep(random() * 1500);
    const fault = first.pop() ?? pick(random, Object.keys(faults) as (keyof typeof faults)[]);
    happened.set(fault, (happened.get(fault) ?? 0) + 1);
    await faults[fault]();
    // What was interrupted is ended by the same command, or by the next move.
    const { code } = await moving;
    moves += 1;
    if (code !== 0) interrupted += 1;
    await sleep(500 + random() * 1000);
  }

  // The load ends in the worst way, the next start finds what is left, and a last move brings it all to one place.
  for (const [node, agent] of agents) {
    await kill(agent);
    made.startAgent(node, node.relay.port, 0);
  }
  let last = await move();
  await waitUntil(
    async () => {
      if (last.code !== 0) last = await move();
      return last.code === 0;
    },
    { what: `the last move (seed ${seed})`, limitMs: SETTLE_MS, tail: () => last.stderr },
  );
  const homes = { moving: at, 'stays-a': 'a', 'stays-b': 'b' } as Record<string, 'a' | 'b'>;
  let balances: Balance[] = [];
  await waitUntil(
    async () => {
      balances = await Promise.all(
        nodes.map(({ lab: of, node }) => balance(shards[homes[of] ?? 'a'].store, node, made.journal(node))),
      );
      return balances.every(({ missing }) => missing.length === 0);
    },
    {
      what: `every number in the database of its shard (seed ${seed})`,
      limitMs: SETTLE_MS,
      tail: () => JSON.stringify(balances.map((each) => ({ ...each, missing: each.missing.slice(0, 10) }))),
    },
  );
  for (const { assigned, repeated } of balances) {
    expect(assigned).toBeGreaterThan(100);
    expect(repeated).toEqual([]);
  }
  const total = balances.reduce((sum, { assigned }) => sum + assigned, 0);
  const all = [...happened].map(([name, count]) => `${count} × ${name}`).join(', ');
  process.stderr.write(
    `seed ${seed}: ${total} messages, all in the database of their shard once, after ${moves} moves (${interrupted} interrupted) and ${all}\n`,
  );

  // And the collectors come to the same result by counting: each lab at its shard, nothing missing, nothing lost.
  let figures: string[] = [];
  await waitUntil(
    async () => {
      figures = [];
      for (const [name, { url }] of Object.entries(shards)) {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        for (const [line, , of] of metrics.matchAll(/^nestwatch_delivery_(gaps|lost)\{lab="([^"]*)".*$/gm))
          if (homes[of ?? ''] === name) figures.push(line);
          else figures.push(`${line} at the wrong shard`);
      }
      return figures.length === nodes.length * 2 && figures.every((line) => line.endsWith(' 0'));
    },
    { what: `the accounts without gaps (seed ${seed})`, limitMs: SETTLE_MS, tail: () => figures.join('\n') },
  );
});
