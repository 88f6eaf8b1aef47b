import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test } from 'vitest';
import type { Store } from '../../src/influx/store.ts';
import { watchWrites } from '../../src/influx/watch-writes.ts';

function watched(writeBytes: () => Promise<void>) {
  const told: boolean[] = [];
  const store = { write: writeBytes, writeBytes } as unknown as Store;
  return { told, store: watchWrites(store, (takes) => told.push(takes), 20) };
}

const lines = new Uint8Array(1);

test('a write that is taken, or judged, is well; one that fails is not', async () => {
  const taken = watched(async () => undefined);
  await taken.store.writeBytes(lines);
  await taken.store.write(['x']);
  expect(taken.told).toEqual([true, true]);
  const refused = watched(() => Promise.reject(new PermanentError('no')));
  await expect(refused.store.writeBytes(lines)).rejects.toThrow('no');
  expect(refused.told).toEqual([true]);
  const failed = watched(() => Promise.reject(new RetryableError('away')));
  await expect(failed.store.writeBytes(lines)).rejects.toThrow('away');
  expect(failed.told).toEqual([false]);
});

test('one that hangs is told of while it does', async () => {
  let end: () => void = () => undefined;
  const hangs = watched(() => new Promise((resolve) => (end = resolve)));
  const writing = hangs.store.writeBytes(lines);
  await expect.poll(() => hangs.told, PATIENT).toEqual([false]);
  end();
  await writing;
  expect(hangs.told).toEqual([false, true]);
});
