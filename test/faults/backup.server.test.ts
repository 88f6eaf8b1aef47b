import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { needsInflux1 } from '@nestwatch/testkit/needs-influx';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findTool, INFLUXD } from '../../deploy/local/tools.ts';

const COMMAND = join(import.meta.dirname, '../../dist/nestwatch.mjs');

needsInflux1('2.x and 3 are saved with their own tools');

let lab: TestLab;

// For each try: what a first one has written is not to be met by a second.
beforeEach(async () => {
  lab = await createTestLab();
});

afterEach(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** As docs/use/operations.md says it, with the addresses of this lab. */
function influxd(...args: string[]): void {
  const [, rpc] = /^bind-address = "(.*)"$/m.exec(readFileSync(join(lab.dir, 'influxd.conf'), 'utf8')) ?? [];
  const [verb = '', ...rest] = args;
  const { status, stderr } = spawnSync(
    findTool(INFLUXD) ?? '',
    [verb, '-portable', '-host', rpc ?? '', ...rest],
    {
      encoding: 'utf8',
    },
  );
  expect([status, stderr]).toEqual([0, expect.any(String)]);
}

function nestwatch(...args: string[]): string {
  const at = ['--nats-url', lab.servers.natsUrl, '--influx-url', lab.servers.influxUrl];
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args, ...at], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

async function seqs(): Promise<number[]> {
  const found = await lab.store.query(`SELECT "seq" FROM "nestwatch_report" WHERE "node" = 'n1'`);
  return found.flatMap(({ rows }) => rows.map((row) => Number(row['seq']))).sort((a, b) => a - b);
}

async function stop(name: string): Promise<void> {
  const child = lab.processes.find(name);
  if (child === undefined) throw new Error(`${name} does not run`);
  await lab.processes.stop(child);
}

const atLeast = (count: number) =>
  vi.waitFor(async () => expect((await seqs()).length).toBeGreaterThanOrEqual(count), PATIENT);

test('what a backup holds is there again after both servers were lost, and reports go on', async () => {
  await lab.startCollector();
  await lab.startAgent({ lab: 'kept', node: 'n1', interval: '1s' });
  await atLeast(5);
  nestwatch('silence', 'kept', '--for', '2h', '--why', 'it is moved');

  await stop('nats-server');
  cpSync(join(lab.dir, 'jetstream'), join(lab.dir, 'backup-jetstream'), { recursive: true });
  await lab.startNats();
  await atLeast((await seqs()).length + 3);
  const written = await seqs();
  influxd('backup', join(lab.dir, 'backup'));
  await atLeast(written.length + 3);

  for (const name of ['collector', 'nats-server', 'influxd']) await stop(name);
  for (const name of ['jetstream', 'influxdb']) rmSync(join(lab.dir, name), { recursive: true });
  await lab.startInflux();
  influxd('restore', join(lab.dir, 'backup'));
  cpSync(join(lab.dir, 'backup-jetstream'), join(lab.dir, 'jetstream'), { recursive: true });
  await lab.startNats();
  const held = await seqs();
  // Not always the first of them: a restart of NATS has one delivered once more, after those that follow it.
  expect(held).toEqual(expect.arrayContaining(written));
  await lab.startCollector();
  const before = Math.max(...held);
  await vi.waitFor(
    async () => expect((await seqs()).filter((seq) => seq > before).length).toBeGreaterThan(5),
    PATIENT,
  );
  const all = await seqs();
  expect(all).toEqual(expect.arrayContaining(held));
  expect(new Set(all).size).toBe(all.length);
  expect(nestwatch('silence', 'kept', '--list')).toContain('it is moved');
  // What was confirmed after the backup is gone with the servers; nothing else is missed, and nothing waits for it.
  await vi.waitFor(
    () =>
      expect(JSON.parse(nestwatch('status', 'kept', '--json'))).toEqual([
        expect.objectContaining({ gaps: 0, dead: 0, lost: 0 }),
      ]),
    PATIENT,
  );
});
