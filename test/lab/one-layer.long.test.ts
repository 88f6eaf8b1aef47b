/** What takes no cascade: the ends of a lab, tried with a real guest0 alone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAddresses } from '../../deploy/local/notes.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { cacheDir, whyNoLab } from './cascade.ts';
import { checkEnds } from './checks/ends.ts';
import { runBuilt, runLabProgram } from './lab-program.ts';
import { alive, LIMIT_MS, useOneLayer } from './one-layer.ts';

const reason = await whyNoLab();
const title = reason === undefined ? 'a lab of one layer' : `a lab of one layer (skipped: ${reason})`;
/** Whoever runs the tests may have servers of their own in the environment. */
const NO_SERVERS = { NATS_URL: '', INFLUX_URL: '' };

describe.skipIf(reason !== undefined)(title, () => {
  const oneLayer = useOneLayer(() => cacheDir);
  const { dataDir, start, guestRuns, pids } = oneLayer;

  test(
    '--once --json prints measured values and ends everything',
    async () => {
      const lab = start('--once', '--json', '--keep-logs', join(dataDir(), 'kept'));
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

  checkEnds(oneLayer);

  test(
    'joins an npm start that runs, and leaves it running',
    async () => {
      const startDir = join(dataDir(), 'start');
      const running = runBuilt('nestwatch-start', ['--data-dir', startDir], NO_SERVERS);
      const found = () => readAddresses(startDir);
      await waitUntil(() => found() !== undefined, {
        what: 'npm start',
        child: running.child,
        tail: running.stderr,
        limitMs: LIMIT_MS,
      });
      const { natsUrl } = found() ?? {};
      const folders = [
        '--data-dir',
        join(dataDir(), 'lab'),
        '--cache-dir',
        cacheDir,
        '--start-dir',
        startDir,
      ];
      const lab = runLabProgram(['run', '--layers', '1', '--once', '--json', ...folders], NO_SERVERS);
      expect(await lab.ended, lab.stderr()).toBe(0);
      expect(lab.stderr()).toContain(`joining the running npm start: NATS at ${natsUrl}`);
      expect(JSON.parse(lab.stdout())).toMatchObject([{ name: 'guest0', layer: 0, canHost: true }]);
      expect(existsSync(join(dataDir(), 'lab/servers'))).toBe(false);
      expect(found()).toMatchObject({ natsUrl });
      running.child.kill('SIGINT');
      expect(await running.ended).toBe(0);
    },
    LIMIT_MS,
  );
});
