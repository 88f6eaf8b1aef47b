import type { InfluxConfig } from '@nestwatch/collector/influx/settings';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import { loadConfig } from '@nestwatch/common/config/load';

/** Settings of InfluxDB from environment variables alone. */
export function influxConfig(env: Readonly<Record<string, string>>): InfluxConfig {
  return loadConfig(influxSettings, { env, flags: {} });
}
