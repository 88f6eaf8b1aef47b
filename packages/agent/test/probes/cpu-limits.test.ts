import { expect, test } from 'vitest';
import type { CpuGroup } from '../../src/host/cgroups/cpu-group.ts';
import { limitOf, throttlingOf, weightOf } from '../../src/probes/cpu-limits.ts';

/** A thread in cgroups, from its own up. */
const chain = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((_, at, names) => `/${names.slice(0, names.length - at).join('/')}`)
    .map((folder) => ({ version: 2 as const, path: folder, folder }));
const groups = (limits: Readonly<Record<string, number>>) =>
  new Map<string, CpuGroup>(Object.entries(limits).map(([path, limitCpus]) => [path, { limitCpus }]));

test('the least limit on the way up counts', () => {
  const chains = [chain('/machine/vm'), chain('/machine/vm')];
  expect(limitOf(chains, groups({ '/machine/vm': 1.5, '/machine': 8 }))).toEqual({
    cpus: 1.5,
    group: '/machine/vm',
  });
  expect(limitOf(chains, groups({ '/machine/vm': 1.5, '/machine': 1 }))).toEqual({
    cpus: 1,
    group: '/machine',
  });
});

test('limits of single vCPUs, as libvirt sets them, add up, but not above that of the machine', () => {
  const chains = [chain('/vm/vcpu0'), chain('/vm/vcpu1')];
  const each = { '/vm/vcpu0': 0.5, '/vm/vcpu1': 0.25 };
  expect(limitOf(chains, groups(each))).toEqual({ cpus: 0.75, group: '/vm/vcpu1' });
  expect(limitOf(chains, groups({ ...each, '/vm': 0.6 }))).toEqual({ cpus: 0.6, group: '/vm' });
});

test('where one vCPU is free, or none is in a cgroup, there is no limit', () => {
  expect(limitOf([chain('/vm/vcpu0'), chain('/vm/vcpu1')], groups({ '/vm/vcpu0': 0.5 }))).toBeUndefined();
  expect(limitOf([[], []], groups({ '/vm': 1 }))).toBeUndefined();
  expect(limitOf([], groups({ '/vm': 1 }))).toBeUndefined();
});

test('the least weight', () => {
  const weights = new Map([
    ['/vm', { weight: 100 }],
    ['/vm/a', { weight: 20 }],
  ]);
  expect(weightOf([chain('/vm/a')], weights)).toBe(20);
  expect(weightOf([[]], weights)).toBeUndefined();
});

test('stopped time is shared out over the vCPUs of a cgroup, and is the whole time at most', () => {
  const since = (throttledUs: number) => ({ seconds: 10, periods: 100, throttledPeriods: 80, throttledUs });
  const two = [chain('/vm'), chain('/vm')];
  expect(throttlingOf(two, new Map([['/vm', since(6e6)]]), new Map([['/vm', 2]]))).toEqual({
    throttledRatio: 0.3,
    throttledPeriodsRatio: 0.8,
  });
  // The threads beside the vCPUs are stopped as well.
  expect(
    throttlingOf([chain('/vm')], new Map([['/vm', since(25e6)]]), new Map([['/vm', 1]]))?.throttledRatio,
  ).toBe(1);
  // One vCPU of two has a limit of its own.
  const mixed = [chain('/vm/vcpu0'), chain('/vm/vcpu1')];
  expect(throttlingOf(mixed, new Map([['/vm/vcpu0', since(5e6)]]), new Map())?.throttledRatio).toBe(0.25);
  expect(throttlingOf(two, new Map(), new Map())).toBeUndefined();
});
