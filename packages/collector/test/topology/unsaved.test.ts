import type { KV } from '@nats-io/kv';
import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { createUnsaved } from '../../src/topology/unsaved.ts';

/** Notes what is put into it; `onPut` may add more meanwhile. */
function bucketOf(onPut: (key: string) => void = () => undefined) {
  const saved: string[] = [];
  const bucket = {
    async put(key: string, text: string) {
      onPut(key);
      saved.push(`${key}=${text}`);
    },
    async delete(key: string) {
      saved.push(`${key} deleted`);
    },
  } as unknown as KV;
  return { bucket, saved };
}

test('only the latest of each key is saved, once', async () => {
  const unsaved = createUnsaved(silentLog);
  const { bucket, saved } = bucketOf();
  unsaved.add('a', { n: 1 });
  unsaved.add('b', { n: 2 });
  unsaved.add('a', undefined);
  await unsaved.saveAll(bucket);
  await unsaved.saveAll(bucket);
  expect(saved).toEqual(['a deleted', 'b={"n":2}']);
});

test('what changes while it is saved is saved again', async () => {
  const unsaved = createUnsaved(silentLog);
  let changes = 1;
  const { bucket, saved } = bucketOf((key) => {
    if (changes-- > 0) unsaved.add(key, { n: 2 });
  });
  unsaved.add('a', { n: 1 });
  await unsaved.saveAll(bucket);
  expect(unsaved.has('a')).toBe(true);
  await unsaved.saveAll(bucket);
  expect(saved).toEqual(['a={"n":1}', 'a={"n":2}']);
  expect(unsaved.has('a')).toBe(false);
});

test('what the server would refuse for its size holds nothing up', async () => {
  const unsaved = createUnsaved(silentLog);
  const { bucket, saved } = bucketOf();
  unsaved.add('large', { text: 'x'.repeat(300_000) });
  unsaved.add('small', {});
  await unsaved.saveAll(bucket);
  expect(saved).toEqual(['small={}']);
});
