import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@nestwatch/common/log';
import { v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { openEarlyMessages } from '../../../src/runtime/clock-sync/early-messages.ts';

const folder = () => temporaryFolder('early');
const message = (header: object) =>
  v1.Sample.encode({
    header: { lab: 'l', node: 'n', boot: 'b', seq: 1, wallUs: 5, monoUs: 1_000_000, ...header },
    load: { load_1: 0.5 } as object,
  }).finish();

test('a message made before the first estimate is placed by it, the same after a restart', async () => {
  const dir = folder();
  const early = openEarlyMessages(dir, silentLog);
  const bytes = message({});
  expect(early.complete('sample', 'b', bytes)).toBe(bytes);
  await early.fix('b', { monoUs: 3_000_000, labUs: 1e15, rate: 10 });
  await early.fix('b', { monoUs: 3_000_000, labUs: 2e15, rate: 1 });
  const completed = early.complete('sample', 'b', bytes);
  expect(v1.Sample.decode(completed).header).toMatchObject({
    labUs: 1e15 - 2e7,
    labRate: 10,
    seq: 1,
    wallUs: 5,
  });
  expect(openEarlyMessages(dir, silentLog).complete('sample', 'b', bytes)).toEqual(completed);
});

test('a message that has its lab time, or whose run never had an estimate, stays as it is', async () => {
  const early = openEarlyMessages(folder(), silentLog);
  await early.fix('b', { monoUs: 0, labUs: 1e15, rate: 1 });
  const placed = message({ labUs: 7e14, labRate: 1 });
  expect(early.complete('sample', 'b', placed)).toBe(placed);
  const other = message({ boot: 'other' });
  expect(early.complete('sample', 'other', other)).toBe(other);
});

test('a file that was torn or filled with something else is as good as none', () => {
  for (const text of ['{"b": {"monoUs": 1', '{"b": {"monoUs": "x", "labUs": null, "rate": 1}}', '[]']) {
    const dir = folder();
    writeFileSync(join(dir, 'clock-sync.json'), text);
    const bytes = message({});
    expect(openEarlyMessages(dir, silentLog).complete('sample', 'b', bytes)).toBe(bytes);
  }
});
