import type { InfluxConfig } from '@nestwatch/collector/influx/settings';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import { loadConfig } from '@nestwatch/common/config/load';
import { defined } from '@nestwatch/common/defined';

/** Settings of InfluxDB from environment variables alone, with the token of the run's InfluxDB where it has one. */
export function influxConfig(env: Readonly<Record<string, string>>): InfluxConfig {
  const ofRun = defined({ INFLUX_TOKEN: process.env['INFLUX_TOKEN'] });
  return loadConfig(influxSettings, { env: { ...ofRun, ...env }, flags: {} });
}
