import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { createFaultLab } from './support/fault-lab.ts';
import { kill } from './support/faults.ts';
import { balance } from './support/ledger.ts';

const nestwatch = join(import.meta.dirname, '../../dist/nestwatch.mjs');

test('a message that rots on the disk of a node that was cut off is the one that is counted as lost', async () => {
  const made = await createFaultLab({ agents: 1, collectors: 1, perSecond: 40 });
  await using lab = made.lab;
  const [agent] = made.agents;
  const url = made.collectors[0]?.url ?? '';
  if (agent === undefined) throw new Error('there is no agent');
  const reached = (count: number) =>
    waitUntil(() => agent.journal().size >= count, { what: `${count} messages`, limitMs: 120_000 });
  await reached(20);
  await agent.relay.cut();
  await reached(agent.journal().size + 100);
  await kill(agent.child);

  const outbox = join(lab.dir, agent.node, 'outbox');
  const newest =
    readdirSync(outbox)
      .filter((name) => name.includes('samples'))
      .sort()
      .at(-1) ?? '';
  const bytes = readFileSync(join(outbox, newest));
  // In the last quarter: what was made after the cut, and is nowhere else.
  const at = Math.floor(bytes.length * 0.8);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(join(outbox, newest), bytes);
  await agent.relay.mend();
  made.restartAgent(agent, 0);

  const figure = async (name: string) => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^nestwatch_delivery_${name}\\{.*\\} (\\d+)$`, 'm').exec(metrics)?.[1]);
  };
  await waitUntil(async () => (await figure('lost')) === 1 && (await figure('gaps')) === 1, {
    what: 'one message to be counted as lost',
    limitMs: 120_000,
  });
  expect((await balance(lab.store, agent.node, agent.journal())).missing.length).toBe(1);

  // And whoever asks is told, by words and by the exit code.
  await lab.waitForRows(
    `SELECT last("lost") AS "lost" FROM "nestwatch_delivery" WHERE "run" = 'earlier'`,
    (rows) => rows[0]?.['lost'] === 1,
  );
  const env = { ...process.env, INFLUX_URL: lab.servers.influxUrl };
  const status = spawnSync(process.execPath, [nestwatch, 'status', 'faults'], { env, encoding: 'utf8' });
  expect(status.stderr).toContain('1 messages are lost');
  expect(status.status).toBe(1);
  expect(status.stdout).toMatch(/^node-0 +1 earlier .* 1$/m);
});
