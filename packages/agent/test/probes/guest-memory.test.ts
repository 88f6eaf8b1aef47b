import { expect, test } from 'vitest';
import { known } from '../../src/host/host.ts';
import { createGuestMemory, remoteShare } from '../../src/probes/guest-memory.ts';
import { moment, textHost } from '../support/text-host.ts';

const V2 = known([{ version: 2, mount: '/cg', root: '/', controllers: [] }] as const);
const MIB = 2 ** 20;

const GUEST = {
  guest: 'lab',
  uuid: '',
  pid: 50,
  givenBytes: 512 * MIB,
  parts: { residentBytes: 300 * MIB, anonymousBytes: 290 * MIB, sharedBytes: 0, swappedBytes: 100 * MIB },
  lastCpus: [2],
};

const own = (swap: number, more: Record<string, string> = {}) => ({
  '/proc/50/cgroup': '0::/machine/vm/emulator\n',
  '/cg/machine/vm/memory.stat': `anon ${300 * MIB}\nshmem 0\nanon_thp ${64 * MIB}\n`,
  '/cg/machine/vm/memory.swap.current': `${swap}\n`,
  '/cg/machine/vm/memory.pressure': 'some avg10=0 avg60=0 avg300=0 total=1000000\n',
  '/cg/machine/memory.max': `${1024 * MIB}\n`,
  ...more,
});

test('a cgroup of its own tells more than the process: swapped shared memory, huge pages, waiting', async () => {
  const read = createGuestMemory();
  await read(moment(textHost(own(150 * MIB)), 0), V2, [GUEST]);
  const later = own(150 * MIB, {
    '/cg/machine/vm/memory.pressure': 'some avg10=0 avg60=0 avg300=0 total=4000000\n',
    '/sys/kernel/mm/ksm/pages_sharing': '9\n',
    '/proc/50/ksm_merging_pages': '256\n',
  });
  expect(await read(moment(textHost(later), 10e6), V2, [GUEST])).toEqual([
    {
      guest: 'lab',
      uuid: '',
      givenBytes: 512 * MIB,
      residentBytes: 300 * MIB,
      anonymousBytes: 290 * MIB,
      sharedBytes: 0,
      swappedBytes: 150 * MIB,
      hugeBytes: 64 * MIB,
      mergedBytes: MIB,
      memoryStallRatio: 0.3,
      limitBytes: 1024 * MIB,
      limitGroup: '/machine',
      remoteRatio: null,
      unread: '',
    },
  ]);
});

test('a cgroup that it shares says nothing of it; the process is read beside the samples', async () => {
  const host = textHost({
    ...own(0, { '/cg/machine/vm/memory.stat': `anon ${9000 * MIB}\nshmem 0\nanon_thp ${64 * MIB}\n` }),
    '/proc/50/smaps_rollup': 'AnonHugePages: 8192 kB\n',
  });
  const read = createGuestMemory();
  expect(await read(moment(host, 0), V2, [GUEST])).toMatchObject([
    { swappedBytes: 100 * MIB, hugeBytes: null, unread: '/proc/50/smaps_rollup is read between samples' },
  ]);
  expect(await read(moment(host, 10e6), V2, [GUEST])).toMatchObject([
    { swappedBytes: 100 * MIB, hugeBytes: 8 * MIB, memoryStallRatio: null, unread: '' },
  ]);
});

test('rights that are missing are said, not guessed around', async () => {
  const host = {
    ...textHost({ '/proc/50/cgroup': '0::/\n' }),
  };
  const denied = {
    ...host,
    read: async (path: string) =>
      path.endsWith('smaps_rollup')
        ? ({ state: 'denied', reason: `${path}: EACCES`, errno: 'EACCES' } as const)
        : host.read(path),
  };
  const read = createGuestMemory();
  await read(moment(denied, 0), V2, [GUEST]);
  expect(await read(moment(denied, 10e6), V2, [GUEST])).toMatchObject([
    { hugeBytes: null, mergedBytes: null, unread: '/proc/50/smaps_rollup: EACCES' },
  ]);
});

test('the share of memory on other nodes than its vCPUs', async () => {
  const nodes = new Map([
    [0, new Set([0, 1])],
    [1, new Set([2, 3])],
  ]);
  const memory = new Map([
    [0, 300],
    [1, 100],
  ]);
  expect(remoteShare(memory, nodes, [2])).toBe(0.75);
  expect(remoteShare(memory, nodes, [0, 3])).toBe(0);
  expect(remoteShare(memory, nodes, [])).toBeNull();
  expect(remoteShare(undefined, nodes, [1])).toBeNull();
  const host = textHost({
    ...own(0, { '/cg/machine/vm/memory.numa_stat': 'anon N0=300 N1=100\n' }),
    '/sys/devices/system/node/node0/cpulist': '0-1\n',
    '/sys/devices/system/node/node1/cpulist': '2-3\n',
  });
  expect(await createGuestMemory()(moment(host, 0), V2, [GUEST])).toMatchObject([{ remoteRatio: 0.75 }]);
});
