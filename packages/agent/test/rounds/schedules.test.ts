import { loadConfig } from '@nestwatch/common/config/load';
import { expect, test } from 'vitest';
import { parseSchedules } from '../../src/rounds/config-structures.ts';
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
