import { silentLog } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import { testClock } from '@nestwatch/testkit/clock';
import { PATIENT } from '@nestwatch/testkit/patience';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test } from 'vitest';
import { openAlertStore } from '../../src/alerting/alerts/alert-store.ts';
import { BUCKET_SETTINGS } from '../../src/ingest/buckets.ts';
import { noteAcceptances } from '../../src/operators/acceptance-points.ts';
import { type Accepted, acceptLevel, endAcceptance } from '../../src/operators/acceptances.ts';

const shared = shareNats();
const settings = { ...BUCKET_SETTINGS.alerts, replicas: 1 };
const person = { name: 'alice', tell: () => {} };

test('what is accepted is kept, known to whoever watches next, and can be taken back', async () => {
  const bucket = await ensureBucket(await shared.connect(), BUCKETS.alerts, settings);
  const stop = new AbortController();
  const noted: string[] = [];
  const note = noteAcceptances({ write: async (lines) => void noted.push(...lines) }, silentLog);
  const accept = acceptLevel(async () => bucket, testClock({ wallUs: 7 }), note);
  const alert = {
    ...{ id: 'a', lab: 'lab', node: 'guest3', rule: 'slowdown-parent', state: 'firing' },
    ...{ subject: 'cpu.sha256', summary: 'guest3 is slow.' },
  };
  await bucket.put('alert.lab.a', JSON.stringify(alert));
  await bucket.put('alert.lab.b', JSON.stringify({ ...alert, id: 'b', subject: 'net.http from x' }));
  const body = { lab: 'lab', node: 'guest3', benchmark: 'cpu.sha256', why: ' the new  kernel\n', by: 'bob' };
  const { acceptance, alerts } = (await accept(body, person)) as Accepted;
  expect(acceptance).toMatchObject({ atUs: 7, why: 'the new kernel', by: 'alice', node: 'guest3' });
  expect(alerts).toEqual(['guest3 is slow.']);

  const store = await openAlertStore(bucket, stop.signal, silentLog);
  expect(store.acceptances()).toEqual([acceptance]);
  await endAcceptance(async () => bucket, note)({ lab: 'lab', id: acceptance.id }, person);
  await expect.poll(() => store.acceptances(), PATIENT).toEqual([]);
  await expect(endAcceptance(async () => bucket, note)({ lab: 'lab', id: 'ff' }, person)).rejects.toThrow(
    'lab lab has no acceptance ff',
  );
  const point = 'nestwatch_acceptance,lab=lab,layer=unknown,name=guest3,node=guest3,parent=none';
  expect(noted).toEqual(
    [0, 1].map(
      (ended) =>
        `${point} id="${acceptance.id}",benchmark="cpu.sha256",why="the new kernel",by="alice",ended=${ended} 7`,
    ),
  );
  for (const wrong of [{ lab: 'lab' }, { lab: 'lab', why: ' ' }, { lab: '../x', why: 'y' }]) {
    await expect(accept(wrong, person)).rejects.toThrow();
  }
  stop.abort();
});
