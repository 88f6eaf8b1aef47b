import { silentLog } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import { testClock } from '@nestwatch/testkit/clock';
import { PATIENT } from '@nestwatch/testkit/patience';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test } from 'vitest';
import { createExitsWanted } from '../../src/alerting/exits-wanted.ts';
import { BUCKET_SETTINGS } from '../../src/ingest/buckets.ts';
import { askForExits } from '../../src/operators/exits.ts';

const shared = shareNats();
const person = { name: 'alice', tell: () => {} };

test('a node is told that an alert about exits fires on it or on its guest, or that an operator asks', async () => {
  const connection = await shared.connect();
  const bucket = await ensureBucket(connection, BUCKETS.alerts, { ...BUCKET_SETTINGS.alerts, replicas: 1 });
  const open = async () => bucket;
  const clock = testClock({ wallUs: 1_000_000_000_000 });
  const wanted = createExitsWanted(open, clock, silentLog);
  shared.run(wanted);
  expect(wanted.of('lab', 'n1')).toEqual({});

  const alert = { id: 'a', lab: 'lab', node: 'n2', parent: 'n1', state: 'firing', sinceUs: 5, firedUs: 7 };
  const put = (id: string, changes: object) =>
    bucket.put(`alert.lab.${id}`, JSON.stringify({ ...alert, id, ...changes }));
  await put('b', { rule: 'slowdown-self', subject: 'disk.read warm', node: 'n3', parent: 'n0' });
  await put('c', { rule: 'exit-cost', subject: '', node: 'n4', parent: 'n0', state: 'pending' });
  await put('a', { rule: 'slowdown-parent', subject: 'exit.cpuid' });
  const byAlert = { exitsWantedUs: 7, exitsWantedByAlert: true };
  await expect.poll(() => wanted.of('lab', 'n1'), PATIENT).toEqual(byAlert);
  expect(wanted.of('lab', 'n2')).toEqual(byAlert);
  for (const [lab, node] of [
    ['other', 'n1'],
    ['lab', 'n0'],
    ['lab', 'n3'],
    ['lab', 'n4'],
  ] as const) {
    expect(wanted.of(lab, node)).toEqual({});
  }

  const ask = askForExits(open, clock);
  expect(await ask({ lab: 'lab', node: 'n1' }, person)).toEqual({ atUs: clock.wallUs() });
  const byOperator = { exitsWantedUs: clock.wallUs(), exitsWantedByAlert: false };
  await expect.poll(() => wanted.of('lab', 'n1'), PATIENT).toEqual(byOperator);
  await expect(ask({ lab: 'lab', node: '../x' }, person)).rejects.toThrow('is not the name of a node');
  // What was asked for long ago is nobody's wish any more; the alert goes on until it is over.
  clock.forward(3_600_000);
  expect(wanted.of('lab', 'n1')).toEqual(byAlert);
  await put('a', { rule: 'slowdown-parent', subject: 'exit.cpuid', state: 'resolved' });
  await expect.poll(() => wanted.of('lab', 'n1'), PATIENT).toEqual({});
});
