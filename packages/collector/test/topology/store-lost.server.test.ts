import { silentLog } from '@nestwatch/common/log';
import { PATIENT } from '@nestwatch/testkit/patience';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test, vi } from 'vitest';
import { createBoard } from '../../src/topology/topology-store.ts';

const nats = shareNats();

async function board() {
  const connection = await nats.connect();
  const made = createBoard({ connection, replicas: 1, log: silentLog, onChange: () => undefined });
  nats.run(made);
  await vi.waitFor(() => expect(made.ready).toBe(true), PATIENT);
  return made;
}

const place = (node: string, layer: number) => ({
  ...{
    lab: 'lab',
    node,
    layer,
    parent: '',
    by: 'configuration' as const,
    reason: 'as configured',
    machineBoot: 'b',
  },
});

test('when the JetStream store is lost, places are stored again and go on to reach the other collectors', async () => {
  const [one, two] = [await board(), await board()];
  for (let layer = 0; layer < 10; layer++) {
    one.putPlace(place('n', layer));
    await vi.waitFor(() => expect(two.place('lab', 'n')?.layer).toBe(layer), PATIENT);
  }
  await nats.loseStore();
  one.putPlace(place('new', 1));
  await vi.waitFor(() => expect(two.place('lab', 'new')?.layer).toBe(1), PATIENT);
  // Who starts now finds what was known before.
  const three = await board();
  await vi.waitFor(() => expect(three.place('lab', 'n')?.layer).toBe(9), PATIENT);
});
