import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test } from 'vitest';
import { balance } from '../faults/support/ledger.ts';
import { books } from './books.ts';
import { createLeafLab } from './leaf-lab.ts';

const DAY_US = 86_400e6;
const CUT_MS = 40_000;
/** The least that a stream can have: of what the agents send meanwhile, it keeps half at most. */
const LITTLE = '1048576';
const LONG = { ...PATIENT, timeout: 240_000 };

test('a site that comes back with weeks of messages, more than its stream holds and InfluxDB keeps, has each of them counted', async () => {
  await using lab = await createLeafLab('store');
  // Within what InfluxDB keeps, and beyond it.
  const nodes = { weeks: -20 * DAY_US, months: -40 * DAY_US };
  const keys = Object.keys(nodes).map((node) => lab.keyOf(node));
  const keyOfFirst = lab.keyOf('first');
  lab.startServer();
  await lab.startCollector({ NESTWATCH_STREAM_MAX_BYTES: LITTLE });
  // The stream is there before the line is cut.
  const first = lab.startLoad('first', keyOfFirst, 20);
  await expect
    .poll(async () => (await balance(lab.store, 'first', new Set())).inInflux, LONG)
    .toBeGreaterThan(5);
  first.child.kill('SIGTERM');

  await lab.line.cut();
  const quick = { NESTWATCH_OUTBOX_RESEND_AFTER: '5s', NESTWATCH_OUTBOX_CATCH_UP: '2000' };
  const loads = Object.entries(nodes).map(([node, aheadUs], at) =>
    lab.startLoad(node, keys[at] ?? '', 200, { ...quick, LOAD_CLOCK_AHEAD_US: String(aheadUs) }),
  );
  await sleep(CUT_MS);
  const held = new Set(loads[0]?.journal());
  await lab.line.mend();

  // What the stream dropped, the outboxes send again, in the same life.
  await expect.poll(async () => (await balance(lab.store, 'weeks', held)).missing.length, LONG).toBe(0);
  expect(held.size).toBeGreaterThan(1000);
  for (const { child } of loads) child.kill('SIGTERM');
  await expect.poll(() => loads.every(({ child }) => child.exitCode !== null), LONG).toBe(true);
  for (const [at, node] of Object.keys(nodes).entries()) lab.startLoad(node, keys[at] ?? '', 0, quick);
  for (const { node, journal } of loads) {
    const open = async () => {
      const { written = 0, expired = 0, ...others } = await books(lab.store, node);
      return { ...others, open: journal().size - written - expired };
    };
    await expect.poll(open, LONG).toEqual({ open: 0, dead: 0, dropped: 0, gaps: 0, lost: 0 });
  }
  expect((await books(lab.store, 'weeks'))['expired']).toBe(0);
  expect((await books(lab.store, 'months'))['expired']).toBeGreaterThan(1000);
  expect((await balance(lab.store, 'weeks', held)).repeated).toEqual([]);
}, 900_000);
