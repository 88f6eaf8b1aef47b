import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { mountSmallDisk } from '@nestwatch/testkit/small-disk';
import { expect, test } from 'vitest';
import { diskFiles, type OutboxFiles } from '../../src/delivery/files.ts';
import { droppedBy, held, heldInMemory, open, outboxClock, recordingLog } from './support.ts';

const text = (value: string) => Buffer.from(value);

/** A folder whose writes fail, half way through, while `full` is set. */
function fillable(dir: string): OutboxFiles & { full: boolean } {
  const real = diskFiles(dir);
  const files = {
    ...real,
    full: false,
    async create(name: string) {
      if (files.full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const writer = await real.create(name);
      return {
        ...writer,
        async append(bytes: Uint8Array) {
          if (!files.full) return writer.append(bytes);
          await writer.append(bytes.subarray(0, bytes.length / 2));
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        },
      };
    },
  };
  return files;
}

test('a full disk: goes on in memory, says so once, and brings everything to disk when there is room', async () => {
  const dir = temporaryFolder('outbox');
  const clock = outboxClock();
  const files = fillable(dir);
  const { lines, log } = recordingLog();
  const outbox = await open(dir, { files, clock, log });
  await outbox.append('sample', 1, text('on disk'));
  files.full = true;
  for (let seq = 2; seq <= 5; seq++) await outbox.append('sample', seq, text(`in memory ${seq}`));
  expect(held(outbox).length).toBe(5);
  expect(heldInMemory(outbox)).toBe(4);
  const said = lines.filter((line) => line.includes('keeps messages in memory'));
  expect(said).toEqual([expect.stringContaining('ENOSPC')]);
  const inMemory = [...outbox.pending()];
  expect(`${await outbox.read(inMemory[2] as never)}`).toBe('in memory 3');

  files.full = false;
  clock.forward(11_000);
  await outbox.append('sample', 6, text('on disk again'));
  expect(held(outbox).length).toBe(6);
  expect(heldInMemory(outbox)).toBe(0);
  expect(lines.at(-1)).toContain('can write to disk again');
  // The entries that a sender holds are still the ones that the outbox frees.
  for (const entry of inMemory) entry.sentMs = 1;
  expect(outbox.confirm('boot-1', [[1, 5]])).toBe(5);
  expect(held(outbox)).toEqual(['boot-1/6']);

  const next = await open(dir, { runId: 'boot-2' });
  expect(held(next)).toContain('boot-1/6');
  await next.close();
  await outbox.close();
});

test('memory is bounded too: the oldest samples go first and are noted', async () => {
  const files = fillable(temporaryFolder('outbox'));
  files.full = true;
  const outbox = await open('', { files, maxBytes: 10_000 });
  await outbox.append('benchmark', 1, text('b'.repeat(1000)));
  for (let seq = 2; seq <= 21; seq++) await outbox.append('sample', seq, text('s'.repeat(1000)));
  expect(heldInMemory(outbox)).toBe(10);
  expect(droppedBy(outbox)).toEqual([[2, 12]]);
  expect(held(outbox)[0]).toBe('boot-1/1');
  expect(outbox.undeclared().length).toBe(11);
  await outbox.close();
});

test('a folder that can not be made is no reason to stop', async () => {
  const dir = temporaryFolder('outbox');
  writeFileSync(join(dir, 'file'), '');
  const { lines, log } = recordingLog();
  const outbox = await open(join(dir, 'file', 'outbox'), { log });
  await outbox.append('sample', 1, text('x'));
  expect(held(outbox)).toEqual(['boot-1/1']);
  expect(lines.join('')).toContain('ENOTDIR');
  await outbox.close();
});

const mounted = mountSmallDisk('64k');

test.skipIf(mounted === undefined)('a real file system of 64 KiB that is full', async () => {
  const dir = mounted ?? '';
  const clock = outboxClock();
  const { lines, log } = recordingLog();
  const outbox = await open(dir, { clock, log });
  writeFileSync(join(dir, 'ballast'), Buffer.alloc(40 * 1024));
  for (let seq = 1; seq <= 40; seq++) await outbox.append('sample', seq, text('s'.repeat(1000)));
  expect(lines.at(-1)).toContain('ENOSPC');
  expect(heldInMemory(outbox)).toBeGreaterThan(0);
  expect(held(outbox).length).toBe(40);
  rmSync(join(dir, 'ballast'));
  clock.forward(11_000);
  await outbox.maintain();
  expect(lines.at(-1)).toContain('can write to disk again');
  expect(heldInMemory(outbox)).toBe(0);
  expect(held(outbox).length).toBe(40);
  await outbox.close();
  const next = await open(dir, { runId: 'boot-2' });
  expect(held(next).length).toBe(40);
  await next.close();
});
