import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import { createBatchesAtOnce } from '../../src/ingest/batches-at-once.ts';

const MESSAGES = 500;

/**
 * A full stream, and a server that works on one batch after the other and answers so much later.
 * @returns how many batches were in flight at the end, and at most, and messages a second of the second half
 */
function emptyStream({
  workMs,
  lateMs,
  forSeconds = 120,
}: {
  workMs: number;
  lateMs: number;
  forSeconds?: number;
}) {
  const clock = testClock();
  const atOnce = createBatchesAtOnce(2, 9, clock);
  const inFlight: { startedMs: number; endsMs: number }[] = [];
  let [freeMs, nowMs, written, most] = [0, 0, 0, 0];
  const start = () => {
    freeMs = Math.max(freeMs, nowMs) + workMs;
    inFlight.push({ startedMs: nowMs, endsMs: freeMs + lateMs });
  };
  while (nowMs < forSeconds * 1000) {
    while (inFlight.length < atOnce.now) start();
    most = Math.max(most, inFlight.length);
    const ended = inFlight.shift();
    if (ended === undefined) break;
    clock.forward(ended.endsMs - nowMs);
    nowMs = ended.endsMs;
    if (nowMs > forSeconds * 500) written += MESSAGES;
    atOnce.ended({ tookUs: (nowMs - ended.startedMs) * 1000, isFull: true });
  }
  return { now: atOnce.now, most, perSecond: (2 * written) / forSeconds };
}

test('a server that answers at once keeps two', () => {
  expect(emptyStream({ workMs: 60, lateMs: 5 })).toMatchObject({ now: 2, most: 2 });
});

test('one that answers after a second gets more, and takes more than 2,000 messages a second', () => {
  const { most, perSecond } = emptyStream({ workMs: 20, lateMs: 1000 });
  expect(most).toBe(8);
  expect(perSecond).toBeGreaterThan(2000);
});

test('one that is at its limit is tried with four now and then, and keeps two', () => {
  const { now, most, perSecond } = emptyStream({ workMs: 500, lateMs: 0, forSeconds: 50 });
  expect([now, most]).toEqual([2, 4]);
  expect(perSecond).toBeCloseTo(1000, -2);
});

test('a slow beginning is not taken for a server that answers late', () => {
  const clock = testClock();
  const atOnce = createBatchesAtOnce(2, 9, clock);
  for (const tookMs of [...Array(16).fill(1200), ...Array(8).fill(600)]) {
    clock.forward(tookMs / 2);
    atOnce.ended({ tookUs: tookMs * 1000, isFull: true });
    expect(atOnce.now).toBe(2);
  }
});

test('batches that are not full say nothing', () => {
  const clock = testClock();
  const atOnce = createBatchesAtOnce(2, 9, clock);
  for (let each = 0; each < 100; each++) {
    clock.forward(1000);
    atOnce.ended({ tookUs: 1e6, isFull: false });
  }
  expect(atOnce.now).toBe(2);
});

test('a server that becomes quick has two again', () => {
  const clock = testClock();
  const atOnce = createBatchesAtOnce(2, 9, clock);
  const end = (tookMs: number, count: number) => {
    for (let each = 0; each < count; each++) {
      clock.forward(tookMs / atOnce.now);
      atOnce.ended({ tookUs: tookMs * 1000, isFull: true });
    }
  };
  end(1000, 40);
  expect(atOnce.now).toBe(8);
  end(50, 40);
  expect(atOnce.now).toBe(2);
});
