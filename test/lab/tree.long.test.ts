/** Two guests in one machine, which compete for its CPU: by hand, two minutes of a quiet machine. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layOut } from '../../deploy/lab/cascade/layout.ts';
import { BOOT_LIMIT_MS, bootTree, type Cascade, CHECK_LIMIT_MS, LAB, whyNoLab } from './cascade.ts';

const reason = await whyNoLab();
const title = reason === undefined ? 'a lab with two guests' : `a lab with two guests (skipped: ${reason})`;
const nestwatch = resolve(import.meta.dirname, '../../dist/nestwatch.mjs');
const TREE = [1, 2];
const [guest0, ...guests] = layOut(TREE).map(({ name }) => name);
const [idle = '', busy = ''] = guests;
/** Of the CPU time that a machine wants and its neighbour has, percent: half of it, less what else there is. */
const MUCH_STEAL = 35;

describe.skipIf(reason !== undefined)(title, { timeout: CHECK_LIMIT_MS }, () => {
  let lab: Cascade;

  beforeAll(async () => {
    lab = await bootTree(TREE, '--speed', '0.1');
  }, BOOT_LIMIT_MS + CHECK_LIMIT_MS);

  afterAll(async () => {
    await lab?.stop();
  });

  /** Has every machine measure, and returns the table with what disturbed them. */
  const round = async () => {
    const { natsUrl, influxUrl } = lab.servers;
    const env = { ...process.env, NATS_URL: natsUrl, INFLUX_URL: influxUrl };
    const words = ['--lab', LAB, 'cpu.sha256', '--size', 'tiny', '--wait', '30s', '--window', '10m'];
    const { stdout } = await promisify(execFile)(process.execPath, [nestwatch, 'bench', ...words], { env });
    return stdout;
  };
  const stealIn = (table: string, name: string) =>
    Number(new RegExp(`${name}: cpu\\.sha256: .*steal: (\\d+) %`).exec(table)?.[1] ?? 0);

  test('shows both as guests of the same machine', async () => {
    const placed = `SELECT last("seq") FROM "nestwatch_report" WHERE "lab" = '${LAB}' AND "layer" = '1' GROUP BY "name","node","parent"`;
    const rows = await lab.waitForRows(placed, (found) => found.length === guests.length);
    expect(rows.map((row) => row['name']).sort()).toEqual(guests);
    expect(new Set(rows.map((row) => row['parent'])).size).toBe(1);
    expect(new Set(rows.map((row) => row['node'])).size).toBe(guests.length);
  });

  test('measures in all of them, one after the other', async () => {
    const table = await round();
    for (const name of lab.names) expect(table).toContain(name.toUpperCase());
  });

  test('shows a busy neighbour as steal, in its own figures and in the table', async () => {
    expect(await lab.order('slow', `${idle}=neighbour`)).toMatchObject({ code: 0 });
    const runs = `SELECT "user_ratio" FROM "nestwatch_cpu_time" WHERE "lab" = '${LAB}' AND "name" = '${busy}'`;
    await lab.waitForRows(runs, (rows) => rows.some((row) => Number(row['user_ratio']) > 0.5));
    const table = await round();
    process.stderr.write(`\n${table}\n`);
    expect(stealIn(table, idle)).toBeGreaterThan(MUCH_STEAL);
    expect(stealIn(table, guest0 ?? '')).toBe(0);
  });

  test('is healed by one order', async () => {
    expect(await lab.order('heal', idle)).toMatchObject({ code: 0 });
    const sinceUs = Date.now() * 1000;
    const rests = `SELECT "idle_ratio" FROM "nestwatch_cpu_time" WHERE "lab" = '${LAB}' AND "name" = '${busy}' AND time > ${sinceUs}u`;
    await lab.waitForRows(rests, (rows) => rows.some((row) => Number(row['idle_ratio']) > 0.5));
  });
});
