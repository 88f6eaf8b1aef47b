import { expect, test } from 'vitest';
import {
  parseNumaStat,
  readMemoryGroup,
  readMemoryLimit,
  readMemoryNodes,
  readMemoryStall,
} from '../../../src/host/cgroups/memory-group.ts';
import { textHost } from '../../support/text-host.ts';

const v2 = { version: 2, path: '/g', folder: '/g' } as const;
const v1 = { version: 1, path: '/g', folder: '/g' } as const;

test('version 2: what is in use, swapped and in huge pages', async () => {
  const host = textHost({
    '/g/memory.stat': 'anon 1000\nfile 50\nshmem 20\nanon_thp 600\nfile_thp 0\nshmem_thp 10\n',
    '/g/memory.swap.current': '300\n',
    '/g/memory.max': '2000\n',
    '/g/memory.high': '1500\n',
    '/g/memory.pressure':
      'some avg10=0.00 avg60=0.00 avg300=0.00 total=77\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=70\n',
    '/g/memory.numa_stat':
      'anon N0=900 N1=100\nfile N0=50 N1=0\nshmem N0=0 N1=20\nslab_reclaimable N0=5 N1=0\n',
  });
  expect(await readMemoryGroup(host, v2)).toEqual({
    anonymousBytes: 1000,
    sharedBytes: 20,
    hugeBytes: 610,
    swappedBytes: 300,
  });
  expect(await readMemoryLimit(host, v2)).toBe(1500);
  expect(await readMemoryStall(host, v2)).toBe(77);
  expect(await readMemoryNodes(host, v2, 4096)).toEqual(
    new Map([
      [0, 900],
      [1, 120],
    ]),
  );
});

test('version 1: with all that is below, and its word for no limit', async () => {
  const host = textHost({
    '/g/memory.stat':
      'rss 1\nrss_huge 2\nswap 3\ntotal_rss 1000\ntotal_rss_huge 600\ntotal_shmem 20\ntotal_swap 300\n',
    '/g/memory.limit_in_bytes': '9223372036854771712\n',
    '/g/memory.numa_stat':
      'anon=374 N0=374\nhierarchical_total=769736 N0=769736\nhierarchical_anon=3 N0=2 N1=1\n',
  });
  expect(await readMemoryGroup(host, v1)).toEqual({
    anonymousBytes: 1000,
    sharedBytes: 20,
    hugeBytes: 600,
    swappedBytes: 300,
  });
  expect(await readMemoryLimit(host, v1)).toBeUndefined();
  expect(await readMemoryStall(host, v1)).toBeUndefined();
  expect(await readMemoryNodes(host, v1, 4096)).toEqual(
    new Map([
      [0, 8192],
      [1, 4096],
    ]),
  );
});

test('without the controller there is nothing', async () => {
  expect(await readMemoryGroup(textHost({}), v2)).toBeUndefined();
  expect(await readMemoryLimit(textHost({ '/g/memory.max': 'max\n' }), v2)).toBeUndefined();
  expect(parseNumaStat('anon x\n', /^anon/, 1)).toBeUndefined();
});
