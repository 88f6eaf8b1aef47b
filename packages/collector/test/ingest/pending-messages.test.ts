import type { JsMsg } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { createIntake } from '../../src/ingest/pending-messages.ts';

function message(seq: number, kept: number[] = []): JsMsg {
  return { seq, working: () => kept.push(seq) } as unknown as JsMsg;
}

test('what is delivered again does not pile up, waiting or being worked on', () => {
  const intake = createIntake();
  for (let again = 0; again < 100; again++) for (let seq = 1; seq <= 50; seq++) intake.add(message(seq));
  expect(intake.waiting).toBe(50);
  const batch = intake.take(20);
  expect(batch.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  for (let seq = 1; seq <= 50; seq++) intake.add(message(seq));
  expect(intake.waiting).toBe(30);
  // Once a batch is decided, a message that comes again is another matter: its acknowledgement may have been lost.
  intake.decided(batch);
  intake.add(message(1));
  expect(intake.waiting).toBe(31);
});

test('the stream is told of all of them that they are being worked on', () => {
  const intake = createIntake();
  const kept: number[] = [];
  for (const seq of [1, 2, 3]) intake.add(message(seq, kept));
  intake.take(1);
  intake.keep();
  expect(kept.sort()).toEqual([1, 2, 3]);
});
