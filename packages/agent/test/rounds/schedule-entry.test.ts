import { loadConfig } from '@nestwatch/common/config/load';
import { readConfig } from '@nestwatch/common/config/read';
import { expect, test } from 'vitest';
import { parseSchedules } from '../../src/rounds/schedule-entry.ts';
import { planSchedules } from '../../src/rounds/schedules.ts';
import { benchmarkSettings } from '../../src/rounds/settings.ts';

const config = (flags: Record<string, string> = {}) => loadConfig(benchmarkSettings, { env: {}, flags });

test('without several schedules there is the single one', () => {
  const [schedule, ...more] = planSchedules(
    config({ 'benchmarks.run': 'proc.spawn', 'benchmarks.jitter': '3s' }),
  );
  expect(more).toEqual([]);
  expect(schedule).toMatchObject({ size: 'small', jitterMs: 3000, benchmarks: [{ name: 'proc.spawn' }] });
});

test('what a schedule leaves out is as in the single settings', () => {
  const several = parseSchedules([
    { cron: '0 3 * * *', run: ['cpu.sha256'], size: 'full', 'time-zone': 'Asia/Tokyo', jitter: '1m' },
    { cron: '*/5 * * * *' },
  ]);
  const planned = planSchedules({ ...config(), 'benchmarks.schedules': several });
  expect(planned.map(({ size, jitterMs }) => [size, jitterMs])).toEqual([
    ['full', 60_000],
    ['small', 10_000],
  ]);
  expect(planned[0]?.cron.matches(Date.parse('2026-01-01T18:00:00Z'))).toBe(true);
});

test.each([
  [{}, /list of schedules/],
  [[{}], /schedule 1: .*cron/],
  [[{ cron: '* * * * *' }, { cron: '* * * * *', size: 'big' }], /schedule 2: .*size/],
  [[{ cron: '* * * * *', jitter: 5 }], /jitter/],
  [[{ cron: '* * * * *', command: 'x' }], /command is not known/],
])('%j is refused', (given, reason) => {
  expect(() => parseSchedules(given)).toThrow(reason);
});

test.each([
  ['benchmarks.cron', 'daily', /--benchmarks-cron.*not a cron expression/],
  ['benchmarks.time-zone', 'Nowhere', /--benchmarks-time-zone.*not a time zone/],
  ['benchmarks.run', 'cpu.md5', /--benchmarks-run.*no benchmark "cpu.md5"/],
])('a bad %s is refused when the settings are read', async (key, value, reason) => {
  const places = { file: '/nonexistent/agent.yaml', fileRequired: false, env: {} };
  await expect(readConfig(benchmarkSettings, { ...places, flags: { [key]: value } })).rejects.toThrow(reason);
});
