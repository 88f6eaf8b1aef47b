import { expect, test } from 'vitest';
import { absent, known } from '../../src/host/host.ts';
import { createGuestLimits } from '../../src/probes/guest-limits.ts';
import { guests } from '../../src/probes/guests.ts';
import { replay, valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

test('a real QEMU in cgroups of version 1 beside version 2: its quota, and what that costs', async () => {
  const [, reading] = await replay(guests(), 'cgroup-v1-hybrid');
  const { limits, memory } = valueFrom(reading);
  expect(limits).toEqual([
    {
      guest: 'standin',
      uuid: '',
      limitCpus: 0.4,
      limitGroup: '/lab.slice/guest.scope',
      throttledRatio: expect.closeTo(0.2095, 3),
      throttledPeriodsRatio: expect.closeTo(2 / 3, 3),
      weight: 50,
      cpusAllowed: 1,
      cpusAllowedList: '1',
      boundWith: '',
      nice: 5,
      policy: 'other',
      realtimePriority: null,
      numaNodes: 1,
      unread: '',
    },
  ]);
  expect(memory).toMatchObject([
    {
      givenBytes: 2 ** 28,
      hugeBytes: 2 ** 22,
      limitBytes: 600 * 2 ** 20,
      limitGroup: '/lab.slice',
      memoryStallRatio: 0,
      unread: '',
    },
  ]);
});

test('a real QEMU of the lab in a cgroup of version 2, limited and swapped', async () => {
  const [, reading] = await replay(guests(), 'cgroup-v2');
  const { limits, memory } = valueFrom(reading);
  expect(limits).toMatchObject([
    {
      ...{ guest: 'guest1', limitCpus: 0.4, limitGroup: '/child', weight: 100, policy: 'other' },
      throttledRatio: expect.closeTo(0.0234, 3),
      throttledPeriodsRatio: expect.closeTo(1 / 6, 3),
      unread: '',
    },
  ]);
  // The cgroup's figure of swap is above that of the process, and its huge pages need no walk of the memory.
  expect(memory).toMatchObject([
    {
      ...{ givenBytes: 400 * 2 ** 20, swappedBytes: 120_107_008, hugeBytes: 60 * 2 ** 21 },
      ...{ limitBytes: 165_507_072, limitGroup: '/child', mergedBytes: null, unread: '' },
      memoryStallRatio: expect.closeTo(0.0538, 3),
    },
  ]);
});

const V2 = known([{ version: 2, mount: '/cg', root: '/', controllers: [] }] as const);

/** A thread of a process: its CPUs, nice value, scheduling class by number, real-time priority and cgroup. */
function thread(
  folder: string,
  { cpus = '0-3', nice = 0, policy = 0, priority = 0, cgroup = '/' },
): Record<string, string> {
  const fields = Array.from({ length: 50 }, () => '0');
  const set = (field: number, value: number) => {
    fields[field - 3] = String(value);
  };
  set(18, policy === 0 || policy === 5 ? 20 + nice : -1 - priority);
  set(39, 2);
  set(40, priority);
  set(41, policy);
  return {
    [`${folder}/stat`]: `7 (CPU 0/KVM) ${fields.join(' ')}\n`,
    [`${folder}/status`]: `Name:\tqemu\nCpus_allowed_list:\t${cpus}\n`,
    [`${folder}/cgroup`]: `0::${cgroup}\n`,
  };
}

const machine = (files: Record<string, string>) =>
  textHost({ '/sys/devices/system/cpu/online': '0-3\n', ...files });
const running = (guest: string, pid: number, ...vcpus: number[]) => ({
  guest,
  uuid: '',
  pid,
  vcpuThreads: vcpus.map(String),
});

test('vCPUs that are pinned, favoured or put behind others', async () => {
  const host = machine({
    ...thread('/proc/50/task/51', { cpus: '0', nice: -5 }),
    ...thread('/proc/50/task/52', { cpus: '1-2', nice: 10 }),
    ...thread('/proc/60/task/61', { cpus: '2', policy: 5 }),
    ...thread('/proc/70/task/71', { policy: 1, priority: 30 }),
  });
  const read = createGuestLimits();
  const found = await read(moment(host, 0), V2, [
    running('a', 50, 51, 52),
    running('b', 60, 61),
    running('c', 70, 71),
  ]);
  expect(found).toMatchObject([
    { cpusAllowed: 3, cpusAllowedList: '0-2', boundWith: 'b', nice: 10, policy: 'other', limitCpus: null },
    { cpusAllowed: 1, cpusAllowedList: '2', boundWith: 'a', nice: 0, policy: 'idle' },
    { cpusAllowed: 4, boundWith: '', nice: null, policy: 'fifo', realtimePriority: 30 },
  ]);
});

test('of a QEMU that does not name its threads the process itself is looked at', async () => {
  const host = machine(thread('/proc/50/task/50', { cgroup: '/vm' }));
  const limited = textHost({ ...filesOf(), '/cg/vm/cpu.max': '50000 100000\n' });
  expect(await createGuestLimits()(moment(host, 0), V2, [running('a', 50)])).toMatchObject([
    { cpusAllowed: 4, limitCpus: null },
  ]);
  expect(await createGuestLimits()(moment(limited, 0), V2, [running('a', 50)])).toMatchObject([
    { limitCpus: 0.5, limitGroup: '/vm' },
  ]);
  function filesOf() {
    return { '/sys/devices/system/cpu/online': '0-3\n', ...thread('/proc/50/task/50', { cgroup: '/vm' }) };
  }
});

test('what may not be seen is said', async () => {
  const host = machine(thread('/proc/50/task/51', { cgroup: '/../other' }));
  expect(await createGuestLimits()(moment(host, 0), V2, [running('a', 50, 51)])).toMatchObject([
    { limitCpus: null, unread: "its cgroup /../other is outside the agent's view" },
  ]);
  expect(
    await createGuestLimits()(moment(host, 0), absent('no cgroups here'), [running('a', 50, 51)]),
  ).toMatchObject([{ limitCpus: null, unread: 'no cgroups here', cpusAllowed: 4 }]);
});

test('two NUMA nodes, of which its CPUs are on one', async () => {
  const host = machine({
    ...thread('/proc/50/task/51', { cpus: '2-3' }),
    '/sys/devices/system/node/node0/cpulist': '0-1\n',
    '/sys/devices/system/node/node1/cpulist': '2-3\n',
  });
  expect(await createGuestLimits()(moment(host, 0), V2, [running('a', 50, 51)])).toMatchObject([
    { numaNodes: 1 },
  ]);
});
