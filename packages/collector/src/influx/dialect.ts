import { UsageError } from '@nestwatch/common/errors';
import { redact } from '@nestwatch/common/redact';
import type { InfluxConfig } from './settings.ts';

/** How to speak to one server. */
export interface Dialect {
  api: 'v1' | 'v2';
  /** Database (1.x) or bucket (2.x), under which queries name it as well. */
  store: string;
  /** Path and query of a write with timestamps in µs. */
  writePath: string;
}

/**
 * Chooses the write path. An explicit setting wins, then a configured bucket (2.x); otherwise the version the server
 * gave in its answer to /ping decides ("1.6.7", "v2.7.1").
 * @throws UsageError when a bucket is configured for a server that has no /api/v2/write (before 1.8).
 */
export function chooseDialect(config: InfluxConfig, serverVersion: string | undefined): Dialect {
  const bucket = config['influx.bucket'];
  const version = /^v?(\d+)\.(\d+)/.exec(serverVersion ?? '') ?? [];
  const [major = 0, minor = 0] = version.slice(1).map(Number);
  let api = config['influx.api'];
  if (api === 'auto') api = bucket !== undefined || major >= 2 ? 'v2' : 'v1';
  if (api === 'v2' && major === 1 && minor < 8) {
    throw new UsageError(
      `InfluxDB ${serverVersion} at ${redact(config['influx.url'])} has no buckets: set INFLUX_DATABASE instead of INFLUX_BUCKET`,
    );
  }
  const store = api === 'v2' ? (bucket ?? config['influx.database']) : config['influx.database'];
  const named = encodeURIComponent(store);
  const org = encodeURIComponent(config['influx.org']);
  const writePath =
    api === 'v2' ? `/api/v2/write?org=${org}&bucket=${named}&precision=us` : `/write?db=${named}&precision=u`;
  return { api, store, writePath };
}
