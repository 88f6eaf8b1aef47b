import { systemClock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { silentLog } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test, vi } from 'vitest';
import { figuresOf } from '../../src/delivery/figures.ts';
import type { MessageOutcome } from '../../src/delivery/pending-changes.ts';
import { type DeliveryStateStore, openDeliveryStateStore } from '../../src/delivery/state-store.ts';
import { createDeliveryTracker } from '../../src/delivery/tracker.ts';

const nats = shareNats();

/** A collector's delivery states, and what it knows of one run. */
async function collector(mayBegin?: () => boolean) {
  const connection = await nats.connect();
  let states: DeliveryStateStore | undefined;
  const tracker = createDeliveryTracker({
    connection,
    clock: systemClock,
    log: silentLog,
    mergeEveryMs: 20,
    ...defined({ mayBegin }),
    async openStates() {
      const bucket = await ensureBucket(connection, BUCKETS.watermarks, { ttlMs: 3_600_000, replicas: 1 });
      states = await openDeliveryStateStore(connection, bucket, silentLog, 1000);
      return states;
    },
  });
  nats.run(tracker);
  return {
    record: (...seqs: number[]) => tracker.record(seqs.map(written)),
    dropped: tracker.dropped,
    runs: () => [...(states?.all().keys() ?? [])].filter((key) => key.startsWith('lab.teller.')).length,
    written: () => {
      const state = states?.all().get('lab.n.b');
      return state === undefined ? 0 : figuresOf(state).written;
    },
  };
}

const written = (seq: number): MessageOutcome => ({
  lab: 'lab',
  node: 'n',
  runId: 'b',
  seq,
  outcome: 'written',
  freed: 0,
  wallUs: seq,
  name: 'n',
  layer: 0,
  parent: '',
});

test('when the JetStream store is lost, collectors go on to know what the others take in', async () => {
  const [one, two] = [await collector(), await collector()];
  const known = (count: number) =>
    vi.waitFor(() => expect([one.written(), two.written()]).toEqual([count, count]), PATIENT);
  // Many changes, so that the new store gives numbers that the old one gave long ago.
  for (let seq = 1; seq <= 40; seq += 2) {
    one.record(seq);
    two.record(seq + 1);
    await known(seq + 1);
  }
  await nats.loseStore();
  one.record(41);
  await known(1);
  two.record(42, 43);
  await known(3);
});

test('runs that only an event tells of are kept as far as they may', async () => {
  const told = (prefix: string) =>
    Array.from({ length: 150 }, (_, at) => ({ boot: `${prefix}-${at}`, ranges: [{ from: 1, to: 9 }] }));
  const bounded = await collector(() => false);
  bounded.dropped({ lab: 'lab', node: 'teller' }, told('bounded'));
  const unbounded = await collector();
  unbounded.dropped({ lab: 'lab', node: 'teller' }, told('unbounded'));
  await vi.waitFor(() => expect(unbounded.runs()).toBe(150), PATIENT);
  // A run that is known may be reported by everybody.
  bounded.dropped({ lab: 'lab', node: 'teller' }, told('unbounded'));
  expect(bounded.runs()).toBe(150);
});
