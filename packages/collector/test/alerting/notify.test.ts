import { PermanentError } from '@nestwatch/common/errors';
import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import type { Alert } from '../../src/alerting/alerts/alert.ts';
import { createNotifier } from '../../src/alerting/notify.ts';
import type { Sink } from '../../src/alerting/sinks/sink.ts';

const alert = (id: string) =>
  ({ id, state: 'firing', severity: 'critical', pendingSinks: ['influxdb', 'webhook'] }) as unknown as Alert;

function sink(name: string, notify: Sink['notify']): Sink {
  return { name, leastSeverity: 'info', notify };
}

test('that a sink was notified is kept before a slower one answers', async () => {
  let answer = () => {};
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const kept: string[] = [];
  const notify = createNotifier([sink('influxdb', () => slow), sink('webhook', async () => {})], silentLog);
  const done = notify([alert('a'), alert('b')], 0, async (alerts) => {
    kept.push(alerts.map(({ id, pendingSinks }) => `${id}: ${pendingSinks.join(' ')}`).join(', '));
  });
  await expect.poll(() => kept.at(-1)).toBe('a: influxdb, b: influxdb');
  answer();
  expect((await done).map(({ pendingSinks }) => pendingSinks)).toEqual([[], []]);
  expect(kept.at(-1)).toBe('a: , b: ');
});

test('it is kept one time after the other, and who cannot keep it says so', async () => {
  let atOnce = 0;
  let most = 0;
  const keep = async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
  };
  const quick = async () => {};
  const notify = createNotifier([sink('influxdb', quick), sink('webhook', quick)], silentLog);
  await notify([alert('a'), alert('b'), alert('c')], 0, keep);
  expect(most).toBe(1);
  const lost = async () => {
    throw new Error('somebody else wrote');
  };
  await expect(notify([alert('a')], 0, lost)).rejects.toThrow('somebody else wrote');
});

test('what a sink does not take stays pending for it', async () => {
  const refuse = async () => {
    throw new Error('503');
  };
  const notify = createNotifier([sink('influxdb', async () => {}), sink('webhook', refuse)], silentLog);
  const [left] = await notify([alert('a')], 0, async () => {});
  expect(left?.pendingSinks).toEqual(['webhook']);
});

test('one alert that a sink does not take holds up no other, and is tried again after 10 minutes', async () => {
  const tried: string[] = [];
  const counted: string[] = [];
  const picky = async ({ id }: Alert) => {
    tried.push(id);
    if (id === 'a') throw new PermanentError('answered 400');
  };
  const count = (name: string, outcome: string) => counted.push(`${name} ${outcome}`);
  const notify = createNotifier([sink('webhook', picky)], silentLog, count);
  const keep = async () => {};
  const left = await notify([alert('a'), alert('b')], 0, keep);
  expect(left.map(({ pendingSinks }) => pendingSinks)).toEqual([['webhook'], []]);
  expect(counted).toEqual(['webhook refused', 'webhook delivered']);
  await notify(left, 599_000_000, keep);
  expect(tried).toEqual(['a', 'b']);
  await notify(left, 600_000_000, keep);
  expect(tried).toEqual(['a', 'b', 'a']);
});
