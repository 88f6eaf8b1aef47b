import type { JsMsg } from '@nats-io/jetstream';
import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import { boundTimes } from '../../src/ingest/bound-times.ts';
import { createHeldBack } from '../../src/ingest/held-back.ts';
import { createLetterShares } from '../../src/ingest/letter-shares.ts';
import { createPendingMessages } from '../../src/ingest/pending-messages.ts';

const HOUR_MS = 3_600_000;

function message(node: string, seq: number): JsMsg {
  const nothing = () => undefined;
  return { subject: `nestwatch.lab.${node}.sample`, seq, working: nothing, nak: nothing } as unknown as JsMsg;
}

test('nodes take turns, however much one of them sent before the others', () => {
  const pending = createPendingMessages();
  for (let seq = 1; seq <= 1000; seq++) pending.add(message('a', seq));
  pending.add(message('b', 1001));
  pending.add(message('b', 1002));
  const order = pending.take(5).map(({ seq }) => seq);
  expect(order).toEqual([1, 1001, 2, 1002, 3]);
});

test('what is set apart takes no place of others, and stays known until it is decided', () => {
  const pending = createPendingMessages();
  const one = message('a', 1);
  pending.add(one);
  const batch = pending.take(1);
  pending.setApart(one);
  expect(pending.size).toBe(0);
  pending.decided(batch);
  // Delivered again meanwhile.
  pending.add(one);
  expect(pending.waiting).toBe(0);
  pending.decidedApart(one);
  pending.add(one);
  expect(pending.waiting).toBe(1);
});

test('one node holds back a tenth of what may be taken at once, all together a half', () => {
  const clock = testClock();
  const holdBack = createHeldBack(100, clock);
  const held = (node: string) => Array.from({ length: 20 }, (_, seq) => holdBack(message(node, seq)));
  expect(held('a').filter(Boolean)).toHaveLength(10);
  for (const node of ['b', 'c', 'd', 'e']) expect(held(node).filter(Boolean)).toHaveLength(10);
  expect(held('f').filter(Boolean)).toHaveLength(0);
  clock.forward(10_001);
  expect(held('f').filter(Boolean)).toHaveLength(10);
});

test('letters have a share by node and by lab, in each hour', () => {
  const clock = testClock();
  const shares = createLetterShares(clock, { nodeBytes: 100, labBytes: 250, nodeLetters: 2, labLetters: 5 });
  expect(shares.takeBytes('lab', 'a', 90)).toBe(true);
  expect(shares.takeBytes('lab', 'a', 20)).toBe(false);
  expect(shares.takeBytes('lab', 'b', 90)).toBe(true);
  expect(shares.takeBytes('lab', 'c', 90)).toBe(false);
  expect(shares.takeBytes('other', 'c', 90)).toBe(true);
  const letters = (lab: string, node: string) => [1, 2, 3].filter(() => shares.takeLetter(lab, node)).length;
  expect(['a', 'b', 'c'].map((node) => letters('lab', node))).toEqual([2, 2, 1]);
  expect(letters('other', 'a')).toBe(2);
  clock.forward(HOUR_MS);
  expect(shares.takeBytes('lab', 'a', 90)).toBe(true);
  expect(letters('lab', 'a')).toBe(2);
});

test('a time that is too far ahead or back is where the stream took the message, all others stay', () => {
  const limits = { 'clock.limit': 2000, 'clock.ahead': 600_000, 'clock.oldest': 30 * 24 * HOUR_MS };
  const nowUs = 1e15;
  const placed = (wallUs: number, labUs?: number) => {
    const header = labUs === undefined ? { wallUs } : { wallUs, labUs };
    const strange = boundTimes(header, nowUs, limits);
    return { strange: strange !== undefined, ...header };
  };
  expect(placed(nowUs + 500e6)).toEqual({ strange: false, wallUs: nowUs + 500e6 });
  expect(placed(nowUs + 700e6)).toEqual({ strange: true, wallUs: nowUs + 700e6, labUs: nowUs });
  expect(placed(nowUs - 31 * 86_400e6)).toMatchObject({ strange: true, labUs: nowUs });
  expect(placed(nowUs, nowUs + 1e12)).toMatchObject({ strange: true, labUs: nowUs });
  // A clock that is years off, of a node that knows the collector's.
  expect(placed(1, nowUs - 5e6)).toEqual({ strange: false, wallUs: 1, labUs: nowUs - 5e6 });
});
