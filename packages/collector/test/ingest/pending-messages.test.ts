import type { JsMsg } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { createPendingMessages } from '../../src/ingest/pending-messages.ts';

function message(seq: number, kept: number[] = []): JsMsg {
  return { seq, working: () => kept.push(seq) } as unknown as JsMsg;
}

test('what is delivered again does not pile up, waiting or being worked on', () => {
  const pending = createPendingMessages();
  for (let again = 0; again < 100; again++) for (let seq = 1; seq <= 50; seq++) pending.add(message(seq));
  expect(pending.waiting).toBe(50);
  const batch = pending.take(20);
  expect(batch.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  for (let seq = 1; seq <= 50; seq++) pending.add(message(seq));
  expect(pending.waiting).toBe(30);
  // Once a batch is decided, a message that comes again is another matter: its acknowledgement may have been lost.
  pending.decided(batch);
  pending.add(message(1));
  expect(pending.waiting).toBe(31);
});

test('the stream is told of all of them that they are being worked on', () => {
  const pending = createPendingMessages();
  const kept: number[] = [];
  for (const seq of [1, 2, 3]) pending.add(message(seq, kept));
  pending.take(1);
  pending.keep();
  expect(kept.sort()).toEqual([1, 2, 3]);
});
