import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Html, html } from '../../../src/web/html/html.ts';
import { createFeed, type Feed } from '../../../src/web/live/feed.ts';

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

/** A feed whose parts the test sets, and a listener that keeps what it was sent. */
function setUp(parts: () => Record<string, Html>) {
  let made = 0;
  const feed = createFeed(
    async () => {
      made++;
      return parts();
    },
    5,
    stop.signal,
  );
  return { feed, made: () => made };
}

function listener(feed: Feed) {
  const sent: Record<string, string>[] = [];
  const troubles: string[] = [];
  const leave = feed.listen({
    parts: (changed) => sent.push({ ...changed }),
    trouble: (why) => troubles.push(why),
  });
  return { sent, troubles, leave };
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); await sleep(2)) {
    if (Date.now() > end) throw new Error('it did not come to pass');
  }
}

test('a newcomer gets every part, and then only what changed', async () => {
  let count = 0;
  const { feed, made } = setUp(() => ({ still: html`same`, moving: html`${count}` }));
  const one = listener(feed);
  await until(() => one.sent.length === 1);
  expect(one.sent[0]).toEqual({ still: 'same', moving: '0' });
  const before = made();
  await until(() => made() > before + 3);
  expect(one.sent).toHaveLength(1);
  count = 1;
  await until(() => one.sent.length === 2);
  expect(one.sent[1]).toEqual({ moving: '1' });
});

test('what fails is told, and does not end the feed', async () => {
  let broken = true;
  const { feed } = setUp(() => {
    if (broken) throw new Error('InfluxDB is away');
    return { part: html`back` };
  });
  const one = listener(feed);
  await until(() => one.troubles.length > 0);
  expect(one.troubles[0]).toBe('InfluxDB is away');
  broken = false;
  await until(() => one.sent.length > 0);
});

test('nothing is read while nobody looks', async () => {
  const { feed, made } = setUp(() => ({ part: html`x` }));
  const one = listener(feed);
  await until(() => made() > 2);
  one.leave();
  await sleep(30);
  const before = made();
  await sleep(60);
  expect(made()).toBe(before);
});
