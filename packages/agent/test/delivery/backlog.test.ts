import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { createBacklog } from '../../src/delivery/backlog.ts';
import type { Entry } from '../../src/delivery/segment.ts';
import { open, outboxClock } from './support.ts';

const RESEND_AFTER_MS = 10_000;

async function backlogOf(
  messages: number,
  perSecond: number,
  isNew: (entry: Entry) => boolean = () => false,
) {
  const clock = outboxClock();
  const outbox = await open(temporaryFolder('outbox'), { clock });
  for (let seq = 1; seq <= messages; seq++) await outbox.append('sample', seq, Buffer.from('x'));
  const nowMs = () => clock.monoUs() / 1000;
  const backlog = createBacklog({ outbox, perSecond, resendAfterMs: RESEND_AFTER_MS, isNew, nowMs });
  /** Sends all that may be sent now. */
  const sendAll = () => {
    const sent: number[] = [];
    for (let entry = backlog.next(); entry !== undefined; entry = backlog.next()) {
      entry.sentMs = nowMs();
      sent.push(entry.seq);
    }
    return sent;
  };
  return { clock, outbox, backlog, nowMs, sendAll };
}

test('gives the oldest first, and no more in a second than is set', async () => {
  const { clock, backlog, nowMs, sendAll } = await backlogOf(12, 5);
  expect(sendAll()).toEqual([1, 2, 3, 4, 5]);
  expect(backlog.readyMs()).toBe(nowMs() + 200);
  clock.forward(1000);
  expect(sendAll()).toEqual([6, 7, 8, 9, 10]);
  clock.forward(1000);
  expect(sendAll()).toEqual([11, 12]);
});

test('gives again what was not confirmed in time, and says when that will be', async () => {
  const { clock, outbox, backlog, nowMs, sendAll } = await backlogOf(3, 100);
  const sentMs = nowMs();
  expect(sendAll()).toEqual([1, 2, 3]);
  outbox.confirm('boot-1', [[2, 2]]);
  expect(backlog.readyMs()).toBe(sentMs + RESEND_AFTER_MS);
  clock.forward(RESEND_AFTER_MS - 1);
  expect(sendAll()).toEqual([]);
  clock.forward(1);
  expect(sendAll()).toEqual([1, 3]);
});

test("what a site's own stream has is sent again only when something later is confirmed, however long that takes", async () => {
  const { clock, outbox, sendAll } = await backlogOf(4, 1);
  const sendNext = () => {
    const sent = sendAll();
    for (const entry of outbox.pending()) if (sent.includes(entry.seq)) entry.atSite = true;
    clock.forward(1000);
    return sent;
  };
  expect([...sendNext(), ...sendNext(), ...sendNext()]).toEqual([1, 2, 3]);
  for (let hour = 0; hour < 24; hour++) {
    clock.forward(3_600_000);
    expect(sendNext()).toEqual(hour === 0 ? [4] : []);
  }
  // The line is back. The second message is missed, and what was sent after the third may be on its way.
  outbox.confirm('boot-1', [
    [1, 1],
    [3, 3],
  ]);
  clock.forward(RESEND_AFTER_MS);
  expect(sendNext()).toEqual([2]);
  clock.forward(RESEND_AFTER_MS);
  expect(sendNext()).toEqual([]);
});

test('leaves out what is sent apart from it, and begins again when it is told to', async () => {
  let apart: number | undefined = 2;
  const { clock, backlog, nowMs, sendAll } = await backlogOf(3, 100, ({ seq }) => seq === apart);
  expect(sendAll()).toEqual([1, 3]);
  apart = undefined;
  expect(sendAll()).toEqual([]);
  backlog.restart(nowMs() + 50);
  expect(sendAll()).toEqual([]);
  clock.forward(50);
  expect(sendAll()).toEqual([2]);
});
