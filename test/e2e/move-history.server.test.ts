import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { influxOfRun } from '@nestwatch/testkit/influx-of-run';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { needsInflux1 } from '@nestwatch/testkit/needs-influx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { openDoor } from '../security/door.ts';

const COMMAND = join(import.meta.dirname, '../../dist/nestwatch.mjs');
const MINUTE_US = 60_000_000;
/** Two days of two nodes. */
const POINTS = 5760;
const FIRST_US = Math.floor(Date.now() / 60_000) * MINUTE_US - 2880 * MINUTE_US;

needsInflux1('history moves away from 1.x');

let lab: TestLab;
let door: Awaited<ReturnType<typeof openDoor>>;

beforeAll(async () => {
  if (influxOfRun().major !== 1) return;
  lab = await createTestLab();
  door = await openDoor(lab.influxPort);
  for (const name of ['old', 'old_long', 'new']) await lab.store.command(`CREATE DATABASE ${name}`);
  const points = Array.from({ length: POINTS }, (_, at) => {
    const tags = `lab=a\\ b,node=n${at % 2},name=${at % 2 === 0 ? 'a\\,b\\=c' : 'x'}`;
    const timeUs = FIRST_US + Math.floor(at / 2) * MINUTE_US + 7;
    return `nestwatch_load,${tags} load1=${at / 8},runs=${at}i,ok=${at % 3 === 0},text="say \\"${at}\\", \\\\" ${timeUs}`;
  });
  await write('old', [
    ...points,
    `nestwatch_event,lab=l,node=n text="only here" ${FIRST_US}`,
    'sales,shop=s v=1',
    'nestwatch_store keeps_s=0i',
  ]);
  await write('old_long', [`nestwatch_load,lab=l,node=n load1=0.5 ${FIRST_US - 40 * 1440 * MINUTE_US}`]);
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
  await door?.close();
});

async function write(database: string, lines: readonly string[]): Promise<void> {
  const url = `${lab.servers.influxUrl}/write?db=${database}&precision=u`;
  const { status } = await fetch(url, { method: 'POST', body: lines.join('\n') });
  expect(status).toBe(204);
}

/** Everything in a database, as InfluxDB itself writes it down. */
async function contentOf(database: string, measurement: string): Promise<unknown> {
  const influxql = `SELECT * FROM "${database}".."${measurement}" GROUP BY *`;
  const answer = await fetch(`${lab.servers.influxUrl}/query?epoch=u&q=${encodeURIComponent(influxql)}`);
  return ((await answer.json()) as { results: { series?: unknown[] }[] }).results[0]?.series;
}

function move(...options: string[]) {
  const args = [
    COMMAND,
    'move-history',
    '--from-database',
    'old',
    '--influx-database',
    'new',
    '--influx-url',
    door.url,
  ];
  const env = { ...process.env, NESTWATCH_INFLUX_TIMEOUT: '1s' };
  const child = spawn(process.execPath, [...args, ...options], { cwd: lab.dir, env });
  const said = { stderr: '' };
  child.stderr.on('data', (part) => (said.stderr += part));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, exit, stdout: text(child.stdout) };
}

const from = () => ['--from', lab.servers.influxUrl];

test('what is missing, or is no other place, is said', async () => {
  const none = move();
  expect([await none.exit, none.said.stderr]).toEqual([
    2,
    expect.stringContaining('--from http://old-server:8086'),
  ]);
  const wrong = move(...from(), '--from-database', 'nope');
  expect([await wrong.exit, wrong.said.stderr]).toEqual([
    2,
    expect.stringContaining('no database or bucket nope'),
  ]);
  const same = move('--from', door.url, '--from-database', 'new');
  expect([await same.exit, same.said.stderr]).toEqual([2, expect.stringContaining('is the target itself')]);
});

test('one that was stopped while the new server was away goes on where it was, and everything arrives as it was', async () => {
  door.leadTo((_, response) => void response.destroy());
  const stopped = move(...from());
  await waitUntil(() => stopped.said.stderr.includes('does not answer'), { what: 'an outage' });
  stopped.child.kill('SIGINT');
  expect(await stopped.exit).toBe(1);
  expect(stopped.said.stderr).toContain('run the same command again to continue');
  door.leadTo(undefined);
  const moved = move(...from(), '--json');
  expect([await moved.exit, moved.said.stderr]).toEqual([
    0,
    expect.stringMatching(/^moving .*, old to .*, new\n/),
  ]);
  expect(JSON.parse(await moved.stdout)).toEqual([
    expect.objectContaining({ database: 'old', measurement: 'nestwatch_event', points: 1, values: 1 }),
    expect.objectContaining({
      measurement: 'nestwatch_load',
      points: POINTS,
      values: 4 * POINTS,
      expired: 0,
    }),
    expect.objectContaining({ database: 'old_long', measurement: 'nestwatch_load', points: 1 }),
  ]);
  expect(await contentOf('new', 'nestwatch_load')).toEqual(await contentOf('old', 'nestwatch_load'));
  expect(await contentOf('new', 'nestwatch_event')).toEqual(await contentOf('old', 'nestwatch_event'));
  expect(await contentOf('new_long', 'nestwatch_load')).toEqual(
    await contentOf('old_long', 'nestwatch_load'),
  );
  expect(await contentOf('new', 'sales')).toBeUndefined();
});

test('one that was killed after its first piece goes on, and nothing is missing or counted twice', async () => {
  const target = ['--influx-database', 'killed', '--progress', 'killed.json', '--json'];
  const killed = move(...from(), ...target);
  await waitUntil(() => existsSync(join(lab.dir, 'killed.json')), { what: 'the first piece' });
  killed.child.kill('SIGKILL');
  await killed.exit;
  const moved = move(...from(), ...target);
  expect(await moved.exit).toBe(0);
  expect(JSON.parse(await moved.stdout)).toContainEqual(
    expect.objectContaining({
      database: 'old',
      measurement: 'nestwatch_load',
      points: POINTS,
      values: 4 * POINTS,
    }),
  );
  expect(await contentOf('killed', 'nestwatch_load')).toEqual(await contentOf('old', 'nestwatch_load'));
});

test('a second run moves only what has come since', async () => {
  await write('old', [`nestwatch_load,lab=l,node=late load1=1 ${Date.now()}000`]);
  const before = readFileSync(join(lab.dir, 'nestwatch-move-history.json'), 'utf8');
  const again = move(...from());
  expect(await again.exit).toBe(0);
  expect(await again.stdout).toMatch(new RegExp(`nestwatch_load +${POINTS + 1} +${4 * POINTS + 1} +0\\n`));
  expect(readFileSync(join(lab.dir, 'nestwatch-move-history.json'), 'utf8')).not.toBe(before);
  const other = move(...from(), '--influx-database', 'third');
  expect([await other.exit, other.said.stderr]).toEqual([
    2,
    expect.stringContaining('give another file with --progress'),
  ]);
});

test('the old server is known by the configuration of a collector that used it', async () => {
  const file = join(lab.dir, 'old.yaml');
  const old = {
    influx: { url: lab.servers.influxUrl, database: 'old' },
    retention: { raw: '30d' },
    http: { port: 9464 },
  };
  writeFileSync(file, JSON.stringify(old), { mode: 0o600 });
  const moved = move('--from', file, '--influx-database', 'other', '--progress', 'other.json');
  expect([await moved.exit, await moved.stdout]).toEqual([0, expect.stringContaining('old_long')]);
});

test('points older than what the new database keeps are counted as expired', async () => {
  await lab.store.command('CREATE DATABASE short WITH DURATION 25h');
  const moved = move(...from(), '--influx-database', 'short', '--progress', 'short.json', '--json');
  expect(await moved.exit).toBe(0);
  const rows = JSON.parse(await moved.stdout) as { measurement: string; points: number; expired: number }[];
  const load = rows.find(({ measurement }) => measurement === 'nestwatch_load');
  expect(load?.expired).toBeGreaterThan(POINTS / 3);
  expect(load?.expired).toBeLessThan(POINTS);
});
