import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hugeBytesIn, parseNumaMaps } from '../../src/host/memory-maps.ts';

/** Of a QEMU on Linux 6.18, shortened. */
const ROLLUP = `55a0d8c00000-7ffd5b9f2000 ---p 00000000 00:00 0                          [rollup]
Rss:               42524 kB
Pss:               36300 kB
Anonymous:         18440 kB
KSM:                   0 kB
LazyFree:              0 kB
AnonHugePages:      4096 kB
ShmemPmdMapped:     2048 kB
FilePmdMapped:         0 kB
Swap:                 12 kB
SwapPss:              12 kB
Locked:                0 kB
`;

/** As numa(7) shows them: small pages, huge ones, and a file. */
const NUMA_MAPS = `7f2c00000000 default anon=1536 dirty=1536 N0=1024 N1=512 kernelpagesize_kB=4
7f2d00000000 bind:1 file=/dev/hugepages/qemu huge anon=2 dirty=2 N1=2 kernelpagesize_kB=2048
55a0d8c00000 default file=/usr/bin/qemu-system-x86_64 mapped=10 mapmax=2 N0=10 kernelpagesize_kB=4
7ffd5b9f1000 default
`;

test('what of a process is in huge pages', () => {
  expect(hugeBytesIn(ROLLUP)).toBe(6144 * 1024);
  expect(hugeBytesIn('Rss: 5 kB\n')).toBeUndefined();
});

test('on which nodes its memory lies, by the size of the pages', () => {
  expect(parseNumaMaps(NUMA_MAPS)).toEqual(
    new Map([
      [0, 1034 * 4096],
      [1, 512 * 4096 + 2 * 2048 * 1024],
    ]),
  );
  expect(parseNumaMaps('7ffd5b9f1000 default\n')).toBeUndefined();
});

test('any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(hugeBytesIn(text) ?? 0).toBeGreaterThanOrEqual(0);
      expect(parseNumaMaps(text)?.size ?? 1).toBeGreaterThan(0);
    }),
  );
});
