import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openStore } from '@nestwatch/collector/influx/store';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { beforeAll, expect, test } from 'vitest';
import { startInflux } from '../../deploy/local/influx.ts';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses } from '../../deploy/local/processes.ts';
import { findTool, INFLUXD } from '../../deploy/local/tools.ts';

const run = promisify(execFile);
const program = resolve(import.meta.dirname, '../../dist/nestwatch-start.mjs');
let dir: string;

beforeAll(() => {
  dir = temporaryFolder('start');
});

const start = (...args: string[]) => run(process.execPath, [program, '--data-dir', dir, ...args]);

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
  const processes = createProcesses(join(dir, 'look'));
  const binary = findTool(INFLUXD) ?? '';
  const { url } = await startInflux(processes, binary, dir, await freePort(), 'influxd-look');
  const store = await openStore(influxConfig({ INFLUX_URL: url }));
  const started = await store.query('SELECT count(text) FROM nestwatch_event WHERE text =~ /started/');
  await processes.stopAll();
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
