import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, seeded } from '@nestwatch/testkit/random';
import { expect, inject, test } from 'vitest';
import { logTail } from '../../deploy/local/processes.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { createFaultLab } from './support/fault-lab.ts';
import { faults, kill } from './support/faults.ts';
import { type Balance, balance } from './support/ledger.ts';

const seconds = Number(process.env['NESTWATCH_FAULTS_SECONDS'] ?? 0);
const seed = Number(process.env['NESTWATCH_FAULTS_SEED'] ?? Date.now() % 1_000_000);
// Beside the installed server, others are tried with what happens to the server itself.
const kinds =
  inject('natsVersion') === undefined ? faults : faults.filter(({ name }) => /NATS|JetStream/.test(name));
const SETTLE_MS = 180_000;

test(`after each fault, and ${seconds} s of them at least, every number is in InfluxDB exactly once (seed ${seed})`, {
  timeout: seconds * 3000 + 2 * SETTLE_MS + 120_000,
}, async () => {
  const random = seeded(seed);
  const made = await createFaultLab({ agents: 3, collectors: 2, perSecond: 40 });
  await using lab = made.lab;
  const happened = new Map<string, number>();
  // Each kind once, in random order, before any twice; then as chance has it.
  const first = [...kinds].sort(() => random() - 0.5);
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end || first.length > 0) {
    const fault = first.pop() ?? pick(random, kinds);
    happened.set(fault.name, (happened.get(fault.name) ?? 0) + 1);
    await fault.happen(made, random, 300 + random() * 2500);
    await sleep(200 + random() * 800);
  }

  // The load ends in the worst way, and the next start finds what is left.
  for (const agent of made.agents) {
    await kill(agent.child);
    made.restartAgent(agent, 0);
  }
  let balances: Balance[] = [];
  await waitUntil(
    async () => {
      balances = await Promise.all(
        made.agents.map(({ node, journal }) => balance(lab.store, node, journal())),
      );
      return balances.every(({ missing }) => missing.length === 0);
    },
    {
      what: `every number in InfluxDB (seed ${seed})`,
      limitMs: SETTLE_MS,
      tail: () => JSON.stringify(balances.map((each) => ({ ...each, missing: each.missing.slice(0, 20) }))),
    },
  );
  for (const { assigned, repeated } of balances) {
    expect(assigned).toBeGreaterThan(100);
    expect(repeated).toEqual([]);
  }
  const total = balances.reduce((sum, { assigned }) => sum + assigned, 0);
  const all = [...happened].map(([name, count]) => `${count} × ${name}`).join(', ');
  process.stderr.write(`seed ${seed}: ${total} messages, all in InfluxDB once, after ${all}\n`);

  // And the collectors come to the same result by counting: nothing is missing, nothing lost.
  const url = made.collectors[0]?.url ?? '';
  let figures: readonly string[] = [];
  await waitUntil(
    async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      figures = metrics.match(/^nestwatch_delivery_(gaps|lost)\{.*\} (\d+)$/gm) ?? [];
      return figures.length >= made.agents.length * 2 && figures.every((line) => line.endsWith(' 0'));
    },
    {
      what: `the accounts without gaps (seed ${seed})`,
      limitMs: SETTLE_MS,
      tail: () => [...figures, logTail(join(lab.dir, 'collector.log'))].join('\n'),
    },
  );
});
