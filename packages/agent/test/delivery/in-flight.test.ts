import { JetStreamApiError } from '@nats-io/jetstream';
import { createLog } from '@nestwatch/common/log';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test } from 'vitest';
import { createInFlight } from '../../src/delivery/in-flight.ts';
import { outboxClock } from './support.ts';

function setUp() {
  const clock = outboxClock();
  const nowMs = () => clock.monoUs() / 1000;
  const lines: string[] = [];
  const refusals: number[] = [];
  const inFlight = createInFlight({
    nowMs,
    log: createLog({ level: 'info', format: 'text', write: (line) => void lines.push(line) }),
    waiting: () => 7,
    onEnd: () => undefined,
    onRefused: (untilMs) => void refusals.push(untilMs),
  });
  return { clock, nowMs, lines, refusals, inFlight };
}

test('so many may be under way, and one more when one has ended', async () => {
  const { inFlight } = setUp();
  const ends: (() => void)[] = [];
  while (inFlight.isOpen) void inFlight.start(() => new Promise((resolve) => ends.push(resolve)));
  expect(inFlight.count).toBe(64);
  ends[0]?.();
  await expect.poll(() => inFlight.isOpen, PATIENT).toBe(true);
  expect(inFlight.count).toBe(63);
});

test('after a refusal nothing starts for a while; of those under way together one counts and is said', async () => {
  const { clock, nowMs, lines, refusals, inFlight } = setUp();
  const refuse = () => Promise.reject(new Error('no stream'));
  await Promise.all([1, 2, 3].map(() => inFlight.start(refuse)));
  expect(refusals).toEqual([inFlight.refusedUntilMs]);
  expect(inFlight.isOpen).toBe(false);
  clock.forward(inFlight.refusedUntilMs - nowMs());
  expect(inFlight.isOpen).toBe(true);
  await inFlight.start(refuse);
  clock.forward(10_000);
  await inFlight.start(() => Promise.resolve());
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('the stream does not accept messages');
  expect(lines[1]).toContain('the stream accepts messages again waiting=7');
});

test('a stream that is busy is asked soon, however often it was, and one that refuses more and more seldom', async () => {
  const busy = new JetStreamApiError({ code: 429, err_code: 10167, description: 'too many requests' });
  for (const [error, most] of [
    [busy, 250],
    [new Error('no stream'), 12_500],
  ] as const) {
    const { clock, nowMs, inFlight } = setUp();
    const waits: number[] = [];
    for (let at = 0; at < 10; at += 1) {
      await inFlight.start(() => Promise.reject(error));
      waits.push(inFlight.refusedUntilMs - nowMs());
      clock.forward(20_000);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(most);
    expect(Math.max(...waits)).toBeGreaterThan(most / 2);
  }
});
