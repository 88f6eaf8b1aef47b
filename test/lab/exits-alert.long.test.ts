import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { ALERTMANAGER } from '../support/alertmanager.ts';
import { type AlertRounds, bootWithAlerts, HOUR_MS, MOST_ROUNDS } from './alert-rounds.ts';
import { type Cascade, LAYERS, whyNoLab } from './cascade.ts';

/**
 * Exits that become dearer, because a guest gets two fifths of a CPU, and the whole way from there: the alert, the wish of the collector, the trace
 * of the node that runs the guest, and the reasons in the text that Alertmanager has. It takes ten minutes:
 *
 *   NESTWATCH_LAB_ALERTS=1 npx vitest run test/lab/exits-alert.long.test.ts
 */
const wanted = process.env['NESTWATCH_LAB_ALERTS'] === '1' && ALERTMANAGER !== undefined && LAYERS > 2;
const reason = wanted ? await whyNoLab() : 'not asked for';
const TRACE_LIMIT_MS = 10 * 60_000;

describe.skipIf(reason !== undefined)('exits that become dearer in a cascade of real guests', () => {
  let lab: Awaited<ReturnType<typeof bootWithAlerts>> | undefined;
  let cascade: Cascade;
  let rounds: AlertRounds;
  const parent = `guest${LAYERS - 2}`;
  const deepest = `guest${LAYERS - 1}`;

  beforeAll(async () => {
    lab = await bootWithAlerts([], 'exit.cpuid');
    ({ cascade, rounds } = lab);
  }, HOUR_MS);

  afterAll(() => lab?.stop());

  test(
    'usual rounds raise nothing',
    async () => {
      await rounds.baseline(deepest);
      expect(await rounds.firing()).toEqual([]);
    },
    HOUR_MS,
  );

  test(
    'the alert comes to hold why the guest exits, as its parent traced it',
    async () => {
      expect(await cascade.order('slow', `${deepest}=quota`)).toMatchObject({ code: 0 });
      const text = async () => (await rounds.firing()).find(({ node }) => node === deepest)?.text ?? '';
      await rounds.until(`an alert about ${deepest}`, MOST_ROUNDS, async () => (await text()) !== '');
      const exits = new RegExp(`Exits of ${deepest} on ${parent}: \\S+ [\\d.]+ %, .*\\([\\d.]+ a second\\)`);
      await waitUntil(async () => exits.test(await text()), {
        what: 'why the guest exits, in the alert',
        limitMs: TRACE_LIMIT_MS,
      });
      process.stderr.write(`${await text()}\n`);
      expect(await text()).toMatch(
        new RegExp(`^${deepest} .* slower than usual at exit\\.cpuid, compared with ${parent} `),
      );
    },
    HOUR_MS,
  );
});
