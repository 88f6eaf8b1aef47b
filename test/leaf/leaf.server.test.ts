import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { provision } from '@nestwatch/collector/ingest/provision';
import { readNodes } from '@nestwatch/collector/read/nodes';
import { loadConfig } from '@nestwatch/common/config/load';
import { BUCKETS, v1 } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { describe, expect, test } from 'vitest';
import { NODE_STATE } from '../../packages/collector/src/read/node-state.ts';
import { balance } from '../faults/support/ledger.ts';
import { books } from './books.ts';
import { createLeafLab } from './leaf-lab.ts';

/** How long the line is cut; by hand, a minute. */
const CUT_MS = Number(process.env['NESTWATCH_LEAF_CUT_SECONDS'] ?? 4) * 1000;

describe.each(['leaf', 'store'] as const)('a site behind a line that is cut, by --%s', (way) => {
  test('nothing is lost and nothing doubled, the books close, and what a node asks is answered', async () => {
    await using lab = await createLeafLab(way);
    const nodes = ['a', 'b', 'early'];
    const keys = nodes.map((node) => lab.keyOf(node));
    const benchKey = lab.keyOf('whole');
    const collectorKey = lab.collectorKeyOfSite();
    lab.startServer();
    await lab.startCollector();
    const ahead = { LOAD_CLOCK_AHEAD_US: String(3.6e9) };
    const loads = nodes.map((node, at) =>
      lab.startLoad(node, keys[at] ?? '', 20, node === 'early' ? ahead : {}),
    );
    const inInflux = async (node: string) => (await balance(lab.store, node, new Set())).inInflux;
    for (const node of nodes) await expect.poll(() => inInflux(node), PATIENT).toBeGreaterThan(20);

    const asking = await lab.connectAtSite(keys[0] ?? '', 'a');
    const sync = async () => v1.SyncReply.decode((await asking.request('nestwatch.lab.a.sync', '')).data);
    expect((await sync()).keptApart).toBe(true);
    const [run = ''] = [...(loads[0]?.journal() ?? [])][0]?.split(' ') ?? [];
    const key = `$KV.${BUCKETS.watermarks}.lab.a.${run}`;
    const confirmed = async () =>
      v1.Delivery.decode(
        (await asking.request(`$JS.API.DIRECT.GET.KV_${BUCKETS.watermarks}.${key}`, '')).data,
      );
    await expect.poll(async () => (await confirmed()).written?.length ?? 0, PATIENT).toBeGreaterThan(0);

    await lab.line.cut();
    await sleep(CUT_MS);
    // A cut that the site goes around is none.
    await expect(sync()).rejects.toThrow();
    const cutOff = loads.map(({ journal }) => journal().size);
    await lab.line.mend();
    for (const [at, node] of nodes.entries()) {
      await expect.poll(() => inInflux(node), PATIENT).toBeGreaterThan(cutOff[at] ?? 0);
    }
    await expect.poll(() => sync().catch(() => undefined), PATIENT).toMatchObject({ keptApart: true });
    // By this rules know what is late from what is silent.
    const arriving = async () =>
      (await readNodes(lab.store, NODE_STATE, { lab: 'lab' })).map(({ arrives }) => arrives);
    await expect.poll(arriving, PATIENT).toEqual(nodes.map(() => true));
    await asking.close();

    // There a collector has no stream, or that of the site, which is read in the centre.
    const wrong = await lab.connectAtSite(collectorKey, 'c');
    const settings = loadConfig(collectorSchema, { env: {}, flags: {} });
    await expect(provision(wrong, settings)).rejects.toThrow("a collector logs in at the centre's NATS");
    await wrong.close();

    // What an operator in the centre asks of the site, and what comes of it, passes as well.
    const whole = lab.startAgent('whole', benchKey);
    await expect.poll(() => inInflux('whole'), PATIENT).toBeGreaterThan(0);
    const round = await lab.bench('--lab', 'lab', 'cpu.sha256', '--size', 'tiny', '--wait', '10s');
    expect(round.stderr).toContain('whole has reported cpu.sha256');
    expect(round.stdout).toMatch(/cpu\.sha256 +[\d.]+ [GM]B\/s/);
    whole.kill('SIGTERM');

    for (const { child } of loads) child.kill('SIGTERM');
    await expect.poll(() => loads.every(({ child }) => child.exitCode !== null), PATIENT).toBe(true);
    // What was not confirmed when they ended, their next lives send.
    for (const [at, node] of nodes.entries()) lab.startLoad(node, keys[at] ?? '', 0);
    for (const { node, journal } of loads) {
      await expect.poll(async () => (await balance(lab.store, node, journal())).missing, PATIENT).toEqual([]);
      expect((await balance(lab.store, node, journal())).repeated).toEqual([]);
      // The last life notes its start a moment after it began.
      const open = async () => {
        const { written = 0, ...others } = await books(lab.store, node);
        return { ...others, open: journal().size - written };
      };
      const closed = { open: 0, dead: 0, dropped: 0, expired: 0, gaps: 0, lost: 0 };
      await expect.poll(open, PATIENT).toEqual(closed);
    }
    // The clock that is an hour ahead shows nowhere: not before it was compared, nor after.
    const late = `SELECT "seq" FROM "nestwatch_report" WHERE "node" = 'early' AND time > now() + 10m`;
    expect(await lab.store.query(late)).toEqual([]);
  });
});

test('a wrong password, the name of another site, a second server of one site and a server with the key of a node are refused', async () => {
  await using lab = await createLeafLab('leaf');
  lab.startServer();
  await expect.poll(() => lab.logOf('nats-server'), PATIENT).toMatch(/Leafnode connection created/);
  const wrong = lab.copyOfSite('wrong', (conf) => conf.replace(/site\.berlin:[^@]+@/, 'site.berlin:wrong@'));
  const stranger = lab.copyOfSite('stranger', (conf) => conf.replace('site.berlin:', 'site.rome:'));
  const second = lab.copyOfSite('second', (conf) => conf);
  for (const each of [wrong, stranger]) {
    await expect.poll(() => lab.logOf(each), PATIENT).toMatch(/Authorization Violation/i);
  }
  await expect.poll(() => lab.logOf(second), PATIENT).toMatch(/maximum account/i);
  // From 2.11 on a server can log in by a key; a node's is none for that.
  if (!lab.takesKeys) return;
  const seed = readFileSync(lab.centre.enroll('n', '--lab', 'lab'), 'utf8').trim();
  await lab.centre.reload();
  const node = lab.copyOfSite('node', (conf) =>
    conf
      .replace(/site\.berlin:[^@]+@/, '')
      .replace('account: NESTWATCH', `account: NESTWATCH\n      nkey: ${seed}`),
  );
  await expect.poll(() => lab.logOf(node), PATIENT).toMatch(/maximum account/i);
});
