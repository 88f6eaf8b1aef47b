/** What takes no cascade: the ends of a lab, tried with guest0 alone. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAddresses } from '../../deploy/local/addresses.ts';
import { startTicks } from '../../deploy/local/processes.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { cacheDir, recordedPids, whyNoLab } from './cascade.ts';
import { runBuilt, runLabProgram } from './lab-program.ts';

const reason = await whyNoLab();
const title = reason === undefined ? 'a lab of one layer' : `a lab of one layer (skipped: ${reason})`;
const LIMIT_MS = 15 * 60_000;
/** Whoever runs the tests may have servers of their own in the environment. */
const NO_SERVERS = { NATS_URL: '', INFLUX_URL: '' };

describe.skipIf(reason !== undefined)(title, () => {
  let servers: TestLab;
  let dataDir: string;

  beforeAll(async () => {
    servers = await createTestLab();
  });
  afterAll(async () => {
    await servers?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'nestwatch-one-layer-'));
  });
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });

  const start = (...more: string[]) =>
    runLabProgram(
      ['run', '--layers', '1', '--data-dir', dataDir, '--cache-dir', cacheDir, '--lab', 'one', ...more],
      { NATS_URL: servers.servers.natsUrl, INFLUX_URL: servers.servers.influxUrl },
    );
  const guestRuns = () =>
    waitUntil(() => pids().length > 1, { what: 'the collector and guest0 in the record', limitMs: LIMIT_MS });
  const pids = () => {
    try {
      return recordedPids(dataDir);
    } catch {
      return [];
    }
  };
  const alive = (all: readonly number[]) => all.filter((pid) => startTicks(pid) !== undefined);

  test(
    '--once --json prints measured values and ends everything',
    async () => {
      const lab = start('--once', '--json', '--keep-logs', join(dataDir, 'kept'));
      await guestRuns();
      const started = pids();
      expect(await lab.ended).toBe(0);
      const [row] = JSON.parse(lab.stdout()) as Record<string, unknown>[];
      expect(row).toMatchObject({ name: 'guest0', layer: 0, canHost: true });
      expect(row).toHaveProperty(['benchmarks', 'exit.cpuid', 'secondsPerUnit'], expect.any(Number));
      expect(alive(started)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'a layer that does not come up in its time ends the lab with its console, and exit code 1',
    async () => {
      const lab = start('--once', '--layer-limit', '1s');
      await guestRuns();
      const started = pids();
      expect(await lab.ended).toBe(1);
      expect(lab.stderr()).toMatch(/guest0 did not come up within 1 s, missing: capability, samples/);
      expect(lab.stderr()).toContain('the end of the console of guest0');
      expect(alive(started)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'a second lab is refused with the pid of the first; what a killed one left is ended by the next',
    async () => {
      const first = start();
      await guestRuns();
      const second = start();
      expect(await second.ended).toBe(2);
      expect(second.stderr()).toContain(`already runs as pid ${first.child.pid}`);

      const orphans = pids();
      first.child.kill('SIGKILL');
      await first.ended;
      expect(alive(orphans)).toEqual(orphans);
      const third = start('--once', '--layer-limit', '1s');
      await third.ended;
      expect(third.stderr()).toContain('ended guest0, which an earlier lab left behind');
      expect(alive(orphans)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'joins an npm start that runs, and leaves it running',
    async () => {
      const startDir = join(dataDir, 'start');
      const running = runBuilt('nestwatch-start', ['--data-dir', startDir], NO_SERVERS);
      const found = () => readAddresses(startDir);
      await waitUntil(() => found() !== undefined, {
        ...{ what: 'npm start', child: running.child, tail: running.stderr, limitMs: LIMIT_MS },
      });
      const { natsUrl } = found() ?? {};
      const folders = ['--data-dir', join(dataDir, 'lab'), '--cache-dir', cacheDir, '--start-dir', startDir];
      const lab = runLabProgram(['run', '--layers', '1', '--once', '--json', ...folders], NO_SERVERS);
      expect(await lab.ended, lab.stderr()).toBe(0);
      expect(lab.stderr()).toContain(`joining the running npm start: NATS at ${natsUrl}`);
      expect(JSON.parse(lab.stdout())).toMatchObject([{ name: 'guest0', layer: 0, canHost: true }]);
      expect(existsSync(join(dataDir, 'lab/servers'))).toBe(false);
      expect(found()).toMatchObject({ natsUrl });
      running.child.kill('SIGINT');
      expect(await running.ended).toBe(0);
    },
    LIMIT_MS,
  );
});
