import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';

const nestwatch = resolve(import.meta.dirname, '../../dist/nestwatch.mjs');
const run = promisify(execFile);
const layers = [0, 1, 2];
let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  await lab.startCollector();
  for (const layer of layers) startAgent(layer);
  // The command waits for answers only so long; agents are there when they have reported.
  await lab.waitForRows(
    'SELECT last("seq") FROM "nestwatch_report" GROUP BY "node"',
    (rows) => rows.length === 3,
  );
});
afterAll(() => lab?.[Symbol.asyncDispose]());

function startAgent(layer: number): void {
  lab.startAgent({
    lab: 'rounds',
    node: `guest${layer}`,
    name: `guest${layer}`,
    layer: String(layer),
    interval: '1s',
    ...(layer === 0 ? {} : { parent: `guest${layer - 1}` }),
    'state-dir': `${lab.dir}/guest${layer}`,
    'benchmarks-jitter': '0ms',
    'benchmarks-http-address': '127.0.0.1',
  });
}

function bench(...args: string[]) {
  const env = { ...process.env, NATS_URL: lab.servers.natsUrl, INFLUX_URL: lab.servers.influxUrl };
  return run(process.execPath, [nestwatch, 'bench', '--lab', 'rounds', ...args], { env });
}

test('a round that is asked for comes back as tables of slowdowns and of the network, on the screen and from InfluxDB', async () => {
  const { stdout, stderr } = await bench(
    ...['cpu.sha256', 'proc.spawn', 'net.http', '--size', 'tiny'],
    // On a busy machine an agent may take a while to answer.
    ...['--wait', '10s'],
  );
  for (const layer of layers) expect(stderr).toContain(`guest${layer} takes part`);
  expect(stdout).toMatch(/BENCHMARK +GUEST0 +GUEST1 +GUEST2/);
  expect(stdout).toMatch(
    /cpu\.sha256 +[\d.]+ [GM]B\/s\*? +[\d.]+ [GM]B\/s \(×[\d.]+\)\*? +[\d.]+ [GM]B\/s \(×[\d.]+\)/,
  );
  expect(stdout).toMatch(/proc\.spawn +[\d.]+ ms/);
  expect(stdout).toMatch(/DOWNLOADS FROM +GUEST0 +GUEST1 +GUEST2/);
  for (const layer of layers) expect(stdout).toMatch(new RegExp(`guest${layer}( +[\\d.]+ [GM]B/s){3}`));

  const ratios = await lab.waitForRows(
    `SELECT "vs_parent","vs_base","seconds_per_unit" FROM "nestwatch_benchmark" WHERE "benchmark" = 'cpu.sha256' GROUP BY "node"`,
    (rows) => rows.filter((row) => row['vs_base'] !== null).length === 3,
  );
  const of = (node: string) => ratios.find((row) => row['node'] === node) ?? {};
  const seconds = (node: string) => Number(of(node)['seconds_per_unit']);
  expect(of('guest0')).toMatchObject({ vs_parent: null, vs_base: 1 });
  expect(of('guest1')['vs_parent']).toBeCloseTo(seconds('guest1') / seconds('guest0'), 9);
  expect(of('guest2')['vs_parent']).toBeCloseTo(seconds('guest2') / seconds('guest1'), 9);
  expect(of('guest2')['vs_base']).toBeCloseTo(seconds('guest2') / seconds('guest0'), 9);

  const matrix = await lab.waitForRows(
    `SELECT "distance_layers" FROM "nestwatch_benchmark" WHERE "benchmark" = 'net.http' GROUP BY "node","name","target","target_name"`,
    (rows) => rows.length === 9,
  );
  const nameOf = new Map(matrix.map((row) => [row['node'], row['name']]));
  for (const row of matrix) {
    expect(row['target_name']).toBe(nameOf.get(row['target'] ?? ''));
    const at = (name: string | number | boolean | null | undefined) =>
      Number(String(name).replace('guest', ''));
    expect(row['distance_layers']).toBe(Math.abs(at(row['node']) - at(row['target'])));
  }

  const shown = await bench('--show');
  expect(shown.stdout).toMatch(/BENCHMARK +GUEST0 +GUEST1 +GUEST2/);
  expect(shown.stdout).toMatch(/DOWNLOADS FROM/);
});

test("a parent's result that arrives late still gives its child a ratio", async () => {
  const round = 'cpu.sha256@2026-01-01T00:00:00Z';
  const nowUs = Date.now() * 1000;
  const point = (layer: number, seconds: number, timeUs: number) =>
    `nestwatch_benchmark,benchmark=cpu.sha256,lab=late,layer=${layer},name=n${layer},node=n${layer},parent=${layer === 0 ? 'none' : `n${layer - 1}`} ` +
    `seconds_per_unit=${seconds},outcome=1,round="${round}",arguments_hash="x" ${timeUs}`;
  await lab.store.write([point(1, 3, nowUs)]);
  await lab.store.write([point(0, 2, nowUs + 3_600_000_000 * 5)]);
  // A collector that starts now computes the rounds of the last day again from what stands in InfluxDB.
  await lab.startCollector();
  const rows = await lab.waitForRows(
    `SELECT "vs_parent" FROM "nestwatch_benchmark" WHERE "lab" = 'late' AND "node" = 'n1' AND time < now() + 1d`,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ vs_parent: 1.5 });
});

test('says what to do when nobody answers, and when nothing is named', async () => {
  await expect(bench('--lab', 'nobody', 'cpu.sha256', '--wait', '1s')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no node of lab nobody answered within 1s'),
  });
  await expect(bench()).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('name at least one benchmark'),
  });
  await expect(bench('no.such')).rejects.toMatchObject({ stderr: expect.stringContaining('takes no part') });
});
