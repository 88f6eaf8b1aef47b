import { systemClock } from '@nestwatch/common/clock';
import { silentLog } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test, vi } from 'vitest';
import type { Settled } from '../../src/delivery/pending-changes.ts';
import { figuresOf } from '../../src/delivery/state.ts';
import { type Board, openBoard } from '../../src/delivery/state-store.ts';
import { createAccounting } from '../../src/delivery/tracker.ts';

const nats = shareNats();

/** A collector's accounts, and what it knows of one run. */
async function collector() {
  const connection = await nats.connect();
  let board: Board | undefined;
  const accounting = createAccounting({
    ...{ connection, clock: systemClock, log: silentLog, mergeEveryMs: 20 },
    async openBoard() {
      const bucket = await ensureBucket(connection, BUCKETS.watermarks, { ttlMs: 3_600_000, replicas: 1 });
      board = await openBoard({ connection, bucket, log: silentLog, answerMs: 1000 });
      return board;
    },
  });
  nats.run(accounting);
  return {
    takeIn: (...seqs: number[]) => accounting.settle(seqs.map(settled)),
    written: () => {
      const account = board?.all().get('lab.n.b');
      return account === undefined ? 0 : figuresOf(account).written;
    },
  };
}

const settled = (seq: number): Settled => ({
  ...{ lab: 'lab', node: 'n', boot: 'b', seq, outcome: 'written', freed: 0, wallUs: seq },
  ...{ name: 'n', layer: 0, parent: '' },
});

test('when the JetStream store is lost, collectors go on to know what the others take in', async () => {
  const [one, two] = [await collector(), await collector()];
  const known = (count: number) =>
    vi.waitFor(() => expect([one.written(), two.written()]).toEqual([count, count]), PATIENT);
  // Many changes, so that the new store gives numbers that the old one gave long ago.
  for (let seq = 1; seq <= 40; seq += 2) {
    one.takeIn(seq);
    two.takeIn(seq + 1);
    await known(seq + 1);
  }
  await nats.loseStore();
  one.takeIn(41);
  await known(1);
  two.takeIn(42, 43);
  await known(3);
});
