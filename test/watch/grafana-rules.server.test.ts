import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alertRules } from '../../dashboards/alerting/rules.ts';
import { expandForGrafana } from '../support/grafana.ts';
import { createPlayedLab, USUAL } from '../support/recorded-lab.ts';

let lab: TestLab;
let nats: NatsConnection;

beforeAll(async () => {
  lab = await createTestLab();
  await lab.startCollector({ NESTWATCH_WATCH_INTERVAL: '500ms' });
  nats = await connect({ servers: lab.servers.natsUrl });
  const played = createPlayedLab(nats, 'lab');
  await played.alive();
  await played.rounds(20, { seconds: USUAL });
  await played.rounds(4, { seconds: [1, 1.2, 1.5, 4.8] });
  await lab.waitForRows('SELECT * FROM nestwatch_alert WHERE state = 2');
});

afterAll(async () => {
  await nats?.close();
  await lab?.[Symbol.asyncDispose]();
});

test("Grafana's own rules get series from their queries, and fire for what is wrong", async () => {
  const values = async (uid: string) => {
    const toMs = Date.now() + 1000;
    const rule = alertRules.find((each) => each.uid === uid);
    if (rule === undefined) throw new Error(`no rule ${uid}`);
    const scope = { fromMs: toMs - rule.spanSeconds * 1000, toMs, interval: '60s', variables: {} };
    const series = await lab.store.query(expandForGrafana(rule.query, scope));
    return series.map(({ tags, rows }) => {
      const newest = rows.at(-1) ?? {};
      const [value] = Object.entries(newest).flatMap(([column, cell]) =>
        column === 'time' ? [] : [Number(cell)],
      );
      const fires =
        rule.when.is === 'above' ? Number(value) > rule.when.threshold : Number(value) < rule.when.threshold;
      return `${tags['name']} ${fires ? 'fires' : 'is well'}`;
    });
  };
  // Alerts, samples, presence and accounts are written by clocks of their own, the last every ten seconds.
  const become = (uid: string, check: (shown: readonly string[]) => void) =>
    vi.waitFor(async () => check(await values(uid)), { timeout: 60_000, interval: 250 });
  await become('nestwatch-alert-critical', (shown) => expect(shown).toContain('guest3 fires'));
  expect(await values('nestwatch-alert')).not.toContain('guest3 fires');
  await become('nestwatch-slowdown', (shown) => expect(shown).toContain('guest3 fires'));
  await become('nestwatch-steal', (shown) => expect(shown).toHaveLength(4));
  await become('nestwatch-silent', (shown) =>
    expect(shown.filter((each) => each.endsWith('well'))).toHaveLength(4),
  );
  await become('nestwatch-lost', (shown) => expect(shown).toContain('guest3 is well'));
  await lab.store.write(
    [1, 0].map(
      (can, at) =>
        `nestwatch_capability,lab=lab,node=guest1,name=guest1 can_host=${can} ${(Date.now() - 60_000 + at) * 1000}`,
    ),
  );
  expect(await values('nestwatch-capability')).toEqual(['guest1 fires']);
});
