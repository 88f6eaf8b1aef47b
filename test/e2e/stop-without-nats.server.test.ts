import { once } from 'node:events';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';

let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
});

afterAll(() => lab?.[Symbol.asyncDispose]());

test('a collector that is told to stop while NATS is away ends by itself', async () => {
  const { child, url } = await lab.startCollector();
  const nats = lab.processes.find('nats-server');
  if (nats === undefined) throw new Error('nats-server was not started');
  await lab.processes.stop(nats);
  await expect.poll(async () => (await fetch(`${url}/healthz`)).status, { timeout: 60_000 }).not.toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}, 60_000);
