import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCpuMax, parseCpuStat, parseQuota, readCpuGroup } from '../../../src/host/cgroups/cpu-group.ts';
import { textHost } from '../../support/text-host.ts';

test('version 2: limit, weight and how often it was stopped', async () => {
  const host = textHost({
    '/g/cpu.max': '40000 100000\n',
    '/g/cpu.weight': '20\n',
    '/g/cpu.stat':
      'usage_usec 1\nuser_usec 1\nsystem_usec 0\nnr_periods 120\nnr_throttled 100\nthrottled_usec 5039071\nnr_bursts 0\nburst_usec 0\n',
  });
  expect(await readCpuGroup(host, { version: 2, path: '/g', folder: '/g' })).toEqual({
    limitCpus: 0.4,
    weight: 20,
    throttling: { periods: 120, throttledPeriods: 100, throttledUs: 5_039_071 },
  });
});

test('version 1: the same from other files', async () => {
  const host = textHost({
    '/g/cpu.cfs_quota_us': '150000\n',
    '/g/cpu.cfs_period_us': '100000\n',
    '/g/cpu.shares': '512\n',
    '/g/cpu.stat': 'nr_periods 120\nnr_throttled 100\nthrottled_time 5039071897\n',
  });
  expect(await readCpuGroup(host, { version: 1, path: '/g', folder: '/g' })).toEqual({
    limitCpus: 1.5,
    weight: 50,
    throttling: { periods: 120, throttledPeriods: 100, throttledUs: 5_039_071.897 },
  });
});

test('what limits nothing, and what is not delegated, is not asked further', async () => {
  const free = textHost({
    '/g/cpu.max': 'max 100000\n',
    '/g/cpu.weight': '100\n',
    '/g/cpu.stat': 'nr_periods 1\n',
  });
  expect(await readCpuGroup(free, { version: 2, path: '/g', folder: '/g' })).toEqual({ weight: 100 });
  expect(await readCpuGroup(textHost({}), { version: 2, path: '/g', folder: '/g' })).toEqual({});
  expect(parseQuota('-1\n', '100000\n')).toBeUndefined();
});

test('any text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      for (const value of [parseCpuMax(one), parseQuota(one, other)]) {
        if (value !== undefined) expect(Number.isFinite(value)).toBe(true);
      }
      expect(parseCpuStat(one) ?? { periods: 0 }).toMatchObject({ periods: expect.any(Number) });
    }),
  );
});
