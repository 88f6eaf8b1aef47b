import { readConfig } from '@nestwatch/common/config/load';
import { expect, test } from 'vitest';
import { benchmarkSettings } from '../../src/rounds/settings.ts';

test.each([
  ['benchmarks.cron', 'daily', /--benchmarks-cron.*not a cron expression/],
  ['benchmarks.time-zone', 'Nowhere', /--benchmarks-time-zone.*not a time zone/],
  ['benchmarks.run', 'cpu.md5', /--benchmarks-run.*unknown benchmark "cpu.md5"/],
])('a bad %s is refused when the settings are read', async (key, value, reason) => {
  const places = { file: '/nonexistent/agent.yaml', fileRequired: false, env: {} };
  await expect(readConfig(benchmarkSettings, { ...places, flags: { [key]: value } })).rejects.toThrow(reason);
});
