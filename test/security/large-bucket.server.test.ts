import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

/** More than a watch takes before the server wants to hear that it is read. */
const KEYS = 6000;
const PATIENT_MS = 20_000;

/** How many keys a watch with the collector's permissions finds, until it has all or nothing comes any more. */
async function watched(bucket: KV): Promise<number> {
  let found = 0;
  const entries = await bucket.watch({ key: 'view.>' });
  let idle = setTimeout(() => entries.stop(), PATIENT_MS);
  for await (const _ of entries) {
    found += 1;
    clearTimeout(idle);
    if (found === KEYS) break;
    idle = setTimeout(() => entries.stop(), PATIENT_MS / 10);
  }
  clearTimeout(idle);
  return found;
}

let lab: SecuredLab;
beforeAll(async () => {
  lab = await createSecuredLab();
  const filling = await lab.connect(join(lab.dir, '--collector.nk'));
  await ensureBucket(filling, BUCKETS.topology, { ttlMs: 0, replicas: 1 });
  const value = 'x'.repeat(1000);
  for (let from = 0; from < KEYS; from += 1000) {
    const put = (_: unknown, at: number) =>
      jetstream(filling).publish(`$KV.${BUCKETS.topology}.view.big.n${from + at}`, value);
    await Promise.all(Array.from({ length: 1000 }, put));
  }
  await filling.close();
});
afterAll(() => lab?.[Symbol.asyncDispose]());

test('a collector learns of all that stands in a large bucket, and would not without $JS.FC', async () => {
  const collector = await lab.connect(join(lab.dir, '--collector.nk'));
  expect(await watched(await ensureBucket(collector, BUCKETS.topology, { ttlMs: 0, replicas: 1 }))).toBe(
    KEYS,
  );
  await collector.close();

  const file = join(lab.conf, 'accounts.conf');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/\s*"\$JS\.FC\.>",?/, ''));
  expect(readFileSync(file, 'utf8')).not.toContain('$JS.FC');
  await lab.reload();
  const before = await lab.connect(join(lab.dir, '--collector.nk'));
  expect(await watched(await ensureBucket(before, BUCKETS.topology, { ttlMs: 0, replicas: 1 }))).toBeLessThan(
    KEYS,
  );
  await before.close();
});
