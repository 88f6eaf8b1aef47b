import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { mountSmallDisk } from '@nestwatch/testkit/small-disk';
import { describe, expect, test, vi } from 'vitest';
import { layOut, writtenBytes } from '../../lab/cascade/layout.ts';
import { chain, MAX_LAYERS } from '../../lab/cascade/tree.ts';
import { fullDisk, refuseFullDisk, watchFreeSpace } from '../../lab/free-space.ts';

test('a disk with too little space is refused with what is needed, what for and where', () => {
  expect(() => refuseFullDisk(tmpdir(), 1, 'a test')).not.toThrow();
  expect(() => refuseFullDisk(tmpdir(), 2 ** 60, 'a test')).toThrow(
    new RegExp(`^a test needs 1073741824.0 GiB in ${tmpdir()}, and \\d+\\.\\d GiB are free$`),
  );
});

test('a lab writes more than its outermost disk, which grows with the layers', () => {
  for (let layers = 1; layers <= MAX_LAYERS; layers += 1) {
    const tree = chain(layers);
    expect(writtenBytes(tree)).toBeGreaterThan(layOut(tree)[0].scratchMib * 1024 ** 2);
    if (layers > 1) expect(writtenBytes(tree)).toBeGreaterThan(writtenBytes(chain(layers - 1)));
  }
});

const disk = mountSmallDisk('1m') ?? '';

describe.skipIf(disk === '')('a disk that fills up', () => {
  const leastBytes = 100 * 1024;

  test('is told of once, with where it is and the way out', async () => {
    expect(fullDisk(disk, leastBytes)).toBeUndefined();
    const heard = vi.fn<(error: UsageError) => void>();
    const end = watchFreeSpace(disk, heard, { leastBytes, everyMs: 5 });
    writeFileSync(join(disk, 'guest0.img'), Buffer.alloc(1000 * 1024));
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 30_000 });
    expect(heard.mock.calls[0]?.[0]).toBeInstanceOf(UsageError);
    expect(heard.mock.calls[0]?.[0].message).toBe(
      `the disk of ${disk} is full (0 MiB are free): make room there, or give a folder on another disk with --data-dir`,
    );
    // Whoever dies of it later, that is the reason to give.
    expect(fullDisk(disk, leastBytes)?.message).toBe(heard.mock.calls[0]?.[0].message);
    expect(heard).toHaveBeenCalledTimes(1);
    end();
  });
});
