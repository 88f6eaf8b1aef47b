import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { createWriter } from '../../src/delivery/writer.ts';
import { held, open, send } from './support.ts';

const message = (runId: string, seq: number) =>
  ({ kind: 'sample', runId, seq, bytes: Buffer.from(`${runId}:${seq}`) }) as const;

test('freed is the number up to which all of the run is confirmed, what is still being written included', async () => {
  const outbox = await open(temporaryFolder('outbox'));
  const writer = createWriter(outbox, 'boot-1');
  expect(writer.freed()).toBe(0);
  for (const seq of [1, 2, 3]) writer.append(message('boot-1', seq));
  expect(writer.freed()).toBe(0);
  await writer.written();
  send(outbox);
  outbox.confirm('boot-1', [
    [1, 1],
    [3, 3],
  ]);
  expect(writer.freed()).toBe(1);
  outbox.confirm('boot-1', [[2, 2]]);
  expect(writer.freed()).toBe(3);
  await outbox.close();
});

test('tells of every message once it is in the outbox', async () => {
  const outbox = await open(temporaryFolder('outbox'));
  const writer = createWriter(outbox, 'boot-1');
  const told: string[] = [];
  writer.onWritten((entry, bytes) => told.push(`${entry.seq} ${bytes}`));
  writer.append(message('boot-1', 1));
  await writer.written();
  expect(told).toEqual(['1 boot-1:1']);
  await outbox.close();
});

test('a new run numbers anew: nothing of it is freed yet, and the old one stays in the outbox', async () => {
  const outbox = await open(temporaryFolder('outbox'));
  const writer = createWriter(outbox, 'boot-1');
  for (const seq of [1, 2]) writer.append(message('boot-1', seq));
  await writer.written();
  send(outbox);
  outbox.confirm('boot-1', [[1, 1]]);
  writer.renew('boot-2');
  expect(writer.runId).toBe('boot-2');
  expect(writer.freed()).toBe(0);
  writer.append(message('boot-2', 1));
  await writer.written();
  expect(held(outbox)).toEqual(['boot-1/2', 'boot-2/1']);
  expect(writer.freed()).toBe(0);
  await outbox.close();
});
