import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runningLab } from '../../deploy/lab/running-lab.ts';
import { ALERTMANAGER } from '../support/alertmanager.ts';
import { type AlertRounds, bootWithAlerts, HOUR_MS, MOST_ROUNDS } from './alert-rounds.ts';
import { type Cascade, LAB, LAYERS, whyNoLab } from './cascade.ts';

/**
 * The kernel of the deepest guest's parent is replaced in a running cascade, once with nothing slower and once with a quota
 * for the deepest guest, and what Alertmanager hears of it. It takes half an hour, for the rounds of a baseline:
 *
 *   NESTWATCH_LAB_ALERTS=1 npx vitest run test/lab/upgrade-alert.long.test.ts      (NESTWATCH_TEST_LAYERS=4 for all layers)
 *
 * It needs a machine that is even, if not quiet.
 */
const wanted = process.env['NESTWATCH_LAB_ALERTS'] === '1' && ALERTMANAGER !== undefined;
const reason = wanted ? await whyNoLab() : 'not asked for';
/** The kernel of bookworm. Before it the layer has the one of the backports, and after it the one of trixie. */
const OLD = '6.1';
/** More than the three after which a slowdown is judged. */
const QUIET_ROUNDS = 5;
/** For the comparison, beside those after which the alert came. */
const MORE_ROUNDS = 2;

describe.skipIf(reason !== undefined)('a kernel that is replaced in a cascade of real guests', () => {
  let lab: Awaited<ReturnType<typeof bootWithAlerts>> | undefined;
  let cascade: Cascade;
  let rounds: AlertRounds;
  let newest = '';
  const parent = `guest${LAYERS - 2}`;
  const deepest = `guest${LAYERS - 1}`;

  beforeAll(async () => {
    const kernels = ['--kernel', `${parent}=bookworm-backports`, '--spare-kernels', `${OLD},trixie`];
    lab = await bootWithAlerts(kernels);
    ({ cascade, rounds } = lab);
    newest = runningLab(cascade.dataDir).releases.at(-1) ?? '';
  }, HOUR_MS);

  afterAll(() => lab?.stop());

  /** Gives the parent another kernel, and waits until it and the deepest guest have reported since. */
  const restart = async (kernel: string) => {
    const sinceUs = Date.now() * 1000;
    const result = await cascade.order('restart', parent, '--kernel', kernel);
    expect(result, result.stderr).toMatchObject({ code: 0 });
    const reported = `SELECT "kernel" FROM "nestwatch_capability" WHERE "lab" = '${LAB}' AND time > ${sinceUs}000 GROUP BY "name"`;
    const rows = await cascade.waitForRows(reported, (found) =>
      [parent, deepest].every((name) => found.some((row) => row['name'] === name)),
    );
    expect(rows.find((row) => row['name'] === parent)?.['kernel']).toContain(kernel);
  };

  test(
    'usual rounds raise nothing',
    async () => {
      await rounds.baseline(deepest);
      expect(await rounds.firing()).toEqual([]);
    },
    HOUR_MS,
  );

  test(
    'another kernel with which nothing is slower raises nothing',
    async () => {
      await restart(OLD);
      for (let at = 0; at < QUIET_ROUNDS; at += 1) {
        await rounds.one();
        await rounds.holdsSoon('an alert', async () => (await rounds.firing()).length > 0);
        expect(await rounds.firing()).toEqual([]);
      }
    },
    HOUR_MS,
  );

  test(
    'a slowdown that begins with a kernel names the kernel as its first cause',
    async () => {
      await restart(newest);
      expect(await cascade.order('slow', `${deepest}=quota`)).toMatchObject({ code: 0 });
      await rounds.until('an alert', MOST_ROUNDS, async () => (await rounds.firing()).length > 0);
      const alerts = await rounds.firing();
      process.stderr.write(`${alerts.map((alert) => alert.text).join('\n')}\n`);
      expect([...new Set(alerts.map((alert) => alert.node))]).toEqual([deepest]);
      // A round with the new kernel may pass before it is slow: the first benchmark fits into what the quota lends.
      const change = `kernel ${OLD}\\.\\S+ → ${newest.replace(/[+.]/g, '\\$&')}`;
      expect(alerts[0]?.text).toMatch(
        new RegExp(
          `since ${parent}'s ${change}|Likely causes: \\(1\\) ${parent} (?:(?! \\(2\\)).)*changed(?:(?! \\(2\\)).)*${change}`,
        ),
      );
    },
    HOUR_MS,
  );

  test('the two kernels are compared', async () => {
    for (let at = 0; at < MORE_ROUNDS; at += 1) await rounds.one();
    const table = await rounds.nestwatch('compare', LAB, '--of', parent, '--kernel', OLD, '--kernel', newest);
    expect(table).toMatch(new RegExp(`cpu\\.sha256[\\s\\S]*${deepest}[^\\n]* slower`));
  });
});
