import type { InfluxConfig } from './settings.ts';

/** The database or bucket that is configured. */
export function storeName(config: InfluxConfig): string {
  return config['influx.bucket'] ?? config['influx.database'];
}

/** The same server with another database, or bucket. */
export function withStore(config: InfluxConfig, name: string): InfluxConfig {
  const bucket = config['influx.bucket'] === undefined ? undefined : name;
  return { ...config, 'influx.database': name, 'influx.bucket': bucket };
}
