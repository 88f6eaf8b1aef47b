import { type JsMsg, jetstreamManager } from '@nats-io/jetstream';
import { systemClock } from '@nestwatch/common/clock';
import { silentLog } from '@nestwatch/common/log';
import { DEAD_STREAM, deadSubjects } from '@nestwatch/proto';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test } from 'vitest';
import type { BatchOptions } from '../../src/ingest/batch.ts';
import { createBeyond } from '../../src/ingest/beyond.ts';
import { createSetAside } from '../../src/ingest/set-aside.ts';

const nats = shareNats();

function message(deliveryCount: number, said: string[]): JsMsg {
  return {
    subject: 'nestwatch.lab.a.sample',
    data: new Uint8Array(200_000),
    info: { deliveryCount },
    ack: () => said.push('ack'),
    nak: (ms: number) => said.push(`again in ${ms} ms`),
  } as unknown as JsMsg;
}

async function setAside() {
  const connection = await nats.connect();
  const [said, lost]: [string[], number[]] = [[], []];
  const options = {
    connection,
    tracker: { record: () => undefined },
    growth: { knows: () => true },
    metrics: { dead: () => said.push('dead'), letterLost: () => lost.push(1) },
    beyond: createBeyond(),
    clock: systemClock,
    log: silentLog,
  } as unknown as BatchOptions;
  const aside = createSetAside(options);
  const one = (deliveryCount: number) =>
    aside([{ jsMsg: message(deliveryCount, said), message: undefined, reason: 'x'.repeat(1e6) }], 'message');
  return { connection, said, lost, one };
}

test('a letter that cannot be written fails nothing: its message comes again, and in the end is given up', async () => {
  const { connection, said, lost, one } = await setAside();
  // There is no stream of dead letters.
  await one(1);
  await one(3);
  expect(said).toEqual(['again in 5000 ms', 'again in 15000 ms']);
  await one(5);
  expect(said.slice(2)).toEqual(['dead', 'ack']);
  expect(lost).toEqual([1]);
  const { streams } = await jetstreamManager(connection);
  await streams.add({ name: DEAD_STREAM, subjects: deadSubjects });
  await one(2);
  expect(said.slice(4)).toEqual(['dead', 'ack']);
  const { state } = await streams.info(DEAD_STREAM);
  expect(state.messages).toBe(1);
  expect(state.bytes).toBeLessThan(40_000);
});
