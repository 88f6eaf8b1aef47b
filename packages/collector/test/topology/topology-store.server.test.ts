import { silentLog } from '@nestwatch/common/log';
import { PATIENT } from '@nestwatch/testkit/patience';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test, vi } from 'vitest';
import { createTopologyStore } from '../../src/topology/topology-store.ts';

const nats = shareNats();

async function openStore() {
  const connection = await nats.connect();
  const made = createTopologyStore(connection, 1, silentLog, () => undefined);
  nats.run(made);
  await vi.waitFor(() => expect(made.ready).toBe(true), PATIENT);
  return made;
}

const position = (node: string, layer: number) => ({
  lab: 'lab',
  node,
  layer,
  parent: '',
  by: 'configuration' as const,
  reason: 'as configured',
  machineBoot: 'b',
});

test('when the JetStream store is lost, positions are stored again and go on to reach the other collectors', async () => {
  const [one, two] = [await openStore(), await openStore()];
  for (let layer = 0; layer < 10; layer++) {
    one.putPosition(position('n', layer));
    await vi.waitFor(() => expect(two.position('lab', 'n')?.layer).toBe(layer), PATIENT);
  }
  await nats.loseStore();
  one.putPosition(position('new', 1));
  await vi.waitFor(() => expect(two.position('lab', 'new')?.layer).toBe(1), PATIENT);
  // Who starts now finds what was known before.
  const three = await openStore();
  await vi.waitFor(() => expect(three.position('lab', 'n')?.layer).toBe(9), PATIENT);
});
