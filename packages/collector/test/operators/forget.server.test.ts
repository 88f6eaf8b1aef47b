import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import { testClock } from '@nestwatch/testkit/clock';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test } from 'vitest';
import { BUCKET_SETTINGS } from '../../src/ingest/buckets.ts';
import { type Forgotten, forgetNode } from '../../src/operators/forget.ts';

const shared = shareNats();
const person = { name: 'alice', tell: () => {} };

test('a node whose clock is ahead is forgotten while NATS reloads, and nobody who is not there', async () => {
  const bucket = await ensureBucket(await shared.connect(), BUCKETS.alerts, {
    ...BUCKET_SETTINGS.alerts,
    replicas: 1,
  });
  const alert = {
    id: 'a',
    lab: 'lab',
    node: 'guest3',
    rule: 'node-silent',
    state: 'firing',
    summary: 'Silent.',
  };
  await bucket.put('alert.lab.a', JSON.stringify(alert));
  await bucket.put('alert.lab.b', JSON.stringify({ ...alert, id: 'b', node: 'guest2' }));
  const written: string[] = [];
  const freed: string[] = [];
  let failures = 2;
  const forget = forgetNode({
    store: {
      query: async (query) =>
        query.includes('nestwatch_report')
          ? [{ name: '', tags: { lab: 'lab', node: 'guest3', name: 'g' }, rows: [{ time: 900, seq: 1 }] }]
          : [],
      write: async (lines) => void written.push(...lines),
    },
    topology: { forget: (_, node) => node === 'guest3' },
    invitations: {
      nodeOf: async (_, node) => (node === 'guest3' ? { publicKey: 'U', atMs: 1 } : undefined),
      forgetNode: async (_, node) => void freed.push(node),
    },
    async alerts() {
      failures -= 1;
      if (failures >= 0) throw new Error('jetstream is not enabled');
      return bucket;
    },
    clock: testClock({ wallUs: 700 }),
  });
  const done = (await forget({ lab: 'lab', node: 'guest3', by: 'bob' }, person)) as Forgotten;
  expect(done).toEqual({ atUs: 900, placed: true, released: true, alerts: ['Silent.'] });
  expect(written).toEqual([
    'nestwatch_forgotten,lab=lab,layer=unknown,name=g,node=guest3,parent=none by="alice" 900',
  ]);
  expect(freed).toEqual(['guest3']);
  await expect(forget({ lab: 'lab', node: 'guest9' }, person)).rejects.toThrow('lab lab has no node guest9');
  expect(written).toHaveLength(1);
});
