import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { KINDS, STREAM, subjects } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test } from 'vitest';
import { reportAsB, useReportingLab } from './reporting-lab.ts';

const reporting = useReportingLab();

/** More than ten times what the stream keeps of a node. */
const FLOOD = 15_000;

test('with accounts and TLS, too, a flood leaves few messages in the stream, and others are written meanwhile', async () => {
  const { lab, store, keys } = reporting();
  const [a, b, admin] = [
    await lab.connect(keys.a, 'a'),
    await lab.connect(keys.b, 'b'),
    await lab.connect(join(lab.dir, '--collector.nk')),
  ];
  const manager = await jetstreamManager(admin, { timeout: 60_000 });
  const state = async (filter: string) =>
    (await manager.streams.info(STREAM, { subjects_filter: filter })).state;
  const first = (await state('nestwatch.lab.>')).last_seq;
  const ended = new AbortController();
  const flood = (async () => {
    while (!ended.signal.aborted) {
      for (const kind of [...KINDS, ...KINDS]) a.publish(subjects.report('lab', 'a', kind), 'nonsense');
      await a.flush();
    }
  })();
  await expect
    .poll(async () => (await state('nestwatch.lab.>')).last_seq - first, PATIENT)
    .toBeGreaterThan(FLOOD);
  await reportAsB(b, store);
  // The flood went on all the time.
  const { subjects: ofA = {} } = await state('nestwatch.lab.a.>');
  expect(Object.keys(ofA).length).toBe(KINDS.length);
  const most = collectorSchema['stream.node-messages'].default;
  for (const kept of Object.values(ofA)) expect(kept).toBeLessThanOrEqual(most);
  expect(Math.max(...Object.values(ofA))).toBeGreaterThan(0);
  ended.abort();
  await flood;
  const counted = async () => {
    const [series] = await store.query(
      `SELECT sum("count") AS "count" FROM (SELECT last("count") AS "count" FROM "nestwatch_beyond" WHERE "bound" =~ /^(message|flood)$/ GROUP BY "lab", "node", "bound")`,
    );
    return Number(series?.rows[0]?.['count'] ?? 0);
  };
  // Read and refused, left unread, or deleted by the stream: all are counted.
  const sent = async () => (await state('nestwatch.lab.>')).last_seq - first - 1;
  await expect.poll(async () => (await counted()) - (await sent()), PATIENT).toBe(0);
  await Promise.all([a.close(), b.close(), admin.close()]);
}, 300_000);
