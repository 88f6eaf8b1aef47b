import { join } from 'node:path';
import { STREAM } from '@nestwatch/proto';
import { createTestLab } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { logTail } from '../../deploy/local/processes.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { bundle } from './support/bundle.ts';
import { startCluster } from './support/cluster.ts';
import { kill } from './support/faults.ts';
import { type Balance, balance, readJournal } from './support/ledger.ts';

const dist = join(import.meta.dirname, '../../dist');

test('a cluster of three keeps three copies; killing the leader under load loses nothing and doubles nothing', {
  timeout: 600_000,
}, async () => {
  const program = await bundle(join(import.meta.dirname, 'support/load-agent.ts'), 'load-agent');
  await using lab = await createTestLab();
  const { dir, processes, store } = lab;
  const cluster = await startCluster(processes, dir);
  const servers = { natsUrl: cluster.url, influxUrl: lab.servers.influxUrl };
  const signal = new AbortController().signal;
  const env = { NESTWATCH_STREAM_REPLICAS: '3', NESTWATCH_STREAM_DUPLICATE_WINDOW: '5s' };
  for (const _ of [1, 2]) {
    await startCollector(processes, dist, servers, await freePort(), () => undefined, signal, env);
  }
  const nodes = ['left', 'right'];
  const journal = (node: string) => join(dir, `${node}.journal`);
  const startAgent = (node: string, perSecond: number) =>
    processes.start(
      `load-${node}`,
      process.execPath,
      [program, join(dir, node), journal(node), String(perSecond)],
      {
        env: {
          NATS_URL: cluster.url,
          NESTWATCH_LAB: 'cluster',
          NESTWATCH_NODE: node,
          NESTWATCH_OUTBOX_RESEND_AFTER: '10s',
          NESTWATCH_OUTBOX_CATCH_UP: '2000',
        },
      },
    );
  const agents = nodes.map((node) => startAgent(node, 50));
  const assigned = () => nodes.reduce((sum, node) => sum + readJournal(journal(node)).size, 0);
  const reached = (count: number) =>
    waitUntil(() => assigned() >= count, { what: `${count} messages`, limitMs: 120_000 });

  await reached(200);
  const leader = await cluster.leaderOf(STREAM);
  await kill(leader.child);
  await reached(assigned() + 300);
  cluster.restart(leader);
  await reached(assigned() + 200);
  for (const agent of agents) await kill(agent);
  for (const node of nodes) startAgent(node, 0);

  let balances: Balance[] = [];
  await waitUntil(
    async () => {
      balances = await Promise.all(nodes.map((node) => balance(store, node, readJournal(journal(node)))));
      return balances.every(({ missing }) => missing.length === 0);
    },
    {
      what: 'every number in InfluxDB',
      limitMs: 180_000,
      tail: () => logTail(join(dir, 'collector.log')),
    },
  );
  expect(balances.flatMap(({ repeated }) => repeated)).toEqual([]);

  for (const stream of [STREAM, 'KV_nestwatch_watermarks', 'KV_nestwatch_collector_leases']) {
    expect((await cluster.infoOf(stream)).config.num_replicas, stream).toBe(3);
  }
});
