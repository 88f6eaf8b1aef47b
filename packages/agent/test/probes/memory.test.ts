import { testClock } from '@nestwatch/testkit/clock';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMeminfo } from '../../src/host/meminfo.ts';
import { memory, parseVmstat, statesIn } from '../../src/probes/memory.ts';
import { contextOf, replay, valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

test('a real machine', async () => {
  const [first, second] = (await replay(memory(), 'this-machine')).map(valueFrom);
  expect(first).toMatchObject({
    totalBytes: 24684084 * 1024,
    swapTotalBytes: 0,
    balloonBytes: 0,
    hugePagesTotal: 0,
    transparentHugePages: 'madvise',
  });
  expect(first?.faultsPerSecond).toBeUndefined();
  expect(second?.faultsPerSecond).toBeGreaterThan(0);
  expect(second).toMatchObject({ balloonInflatedBytesPerSecond: 0, swappedOutBytesPerSecond: 0, resets: 0 });
});

test('the size of a balloon, where the kernel only counts what goes in and comes back', async () => {
  const host = textHost({
    '/proc/meminfo': 'MemTotal: 100 kB\n',
    '/proc/vmstat': 'balloon_inflate 100\nballoon_deflate 40\n',
  });
  expect(valueFrom(await memory().read(moment(host, 0)))).toMatchObject({ balloonBytes: 60 * 4096 });
});

test('a balloon that inflates, in bytes', async () => {
  const probe = memory();
  const host = (pages: number) =>
    textHost({
      '/proc/meminfo': 'MemTotal: 100 kB\n',
      '/proc/vmstat': `balloon_inflate ${pages}\nallocstall_normal 1\nallocstall_movable ${pages}\n`,
    });
  await probe.read(moment(host(0), 0));
  expect(await probe.read(moment(host(100), 2_000_000))).toEqual({
    state: 'known',
    value: {
      totalBytes: 102400,
      balloonInflatedBytesPerSecond: 204800,
      allocationStallsPerSecond: 50,
      transparentHugePages: '',
      resets: 0,
    },
  });
});

test('pages of 64 KiB, as an Arm kernel may have', async () => {
  const probe = memory();
  const host = (pages: number) =>
    textHost({
      '/proc/meminfo': 'MemTotal: 100 kB\n',
      '/proc/vmstat': `pswpin ${pages}\n`,
      '/proc/self/smaps':
        'aaaac0000000-aaaac0100000 r-xp 00000000 fd:01 7 /usr/bin/node\nSize:  1024 kB\nKernelPageSize:       64 kB\n',
    });
  await probe.read(moment(host(0), 0));
  expect(await probe.read(moment(host(10), 1_000_000))).toMatchObject({
    value: { swappedInBytesPerSecond: 10 * 65_536 },
  });
});

test('lines that a kernel does not have are missing, not 0', () => {
  const parsed = statesIn(parseMeminfo('MemTotal:  100 kB\nMemFree: 50 kB\n'));
  expect(parsed).toEqual({ totalBytes: 102400, freeBytes: 51200 });
});

test('no source, and texts that are none', async () => {
  const nowhere = { root: '/nonexistent', clock: testClock() };
  expect(await memory().read(contextOf(nowhere))).toMatchObject({
    state: 'absent',
    reason: '/proc/meminfo: ENOENT',
  });
  fc.assert(
    fc.property(
      fc.string(),
      (text) => statesIn(parseMeminfo(text)) === undefined || text.includes('MemTotal'),
    ),
  );
  fc.assert(
    fc.property(fc.string(), (text) => Object.values(parseVmstat(text) ?? {}).every(Number.isFinite)),
  );
});
