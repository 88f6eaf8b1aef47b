import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { openStore } from '@nestwatch/collector/influx/store';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { influxOfRun } from '@nestwatch/testkit/influx-of-run';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProcesses, type Processes } from '../../deploy/local/processes.ts';

const run = promisify(execFile);
const program = resolve(import.meta.dirname, '../../dist/nestwatch-start.mjs');
/** `npm start` brings its own InfluxDB 1.x; any other is given to it. */
const bringsInflux = influxOfRun().major === 1;
let dir: string;
let processes: Processes;
let influxUrl = '';

beforeAll(async () => {
  dir = temporaryFolder('start');
  processes = createProcesses(temporaryFolder('look'));
  if (!bringsInflux) influxUrl = (await startTestInflux(processes, temporaryFolder('given'))).url;
});

afterAll(() => processes?.stopAll());

const start = (...args: string[]) =>
  run(process.execPath, [program, '--data-dir', dir, ...args], {
    env: bringsInflux ? process.env : { ...process.env, INFLUX_URL: influxUrl },
  });

test('npm start -- --once shows one report of each kind and leaves no process behind', async () => {
  const { stdout } = await start('--once', '--json');
  const [row] = JSON.parse(stdout) as Record<string, unknown>[];
  expect(row).toMatchObject({ lab: 'local', benchmark: { name: expect.stringMatching(/^cpu\.sha256/) } });
  expect(typeof row?.['canHost']).toBe('boolean');
  expect(row?.['stealRatio']).toBeGreaterThanOrEqual(0);
  expect(processesWith(dir)).toEqual([]);
});

test('a second start continues with the data of the first', async () => {
  await start('--once');
  const url = bringsInflux ? (await startTestInflux(processes, dir)).url : influxUrl;
  const store = await openStore(influxConfig({ INFLUX_URL: url }));
  const started = await store.query('SELECT count(text) FROM nestwatch_event WHERE text =~ /started/');
  expect(started[0]?.rows[0]?.['count']).toBe(2);
});

test('a setting that is wrong is refused by its name, with exit code 2', async () => {
  await expect(start('--lab', 'no good')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('flag --lab: "no good" is not allowed'),
  });
});

/** Command lines of running processes that name this folder. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(text));
}
