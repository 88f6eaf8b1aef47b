import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { VERSION } from '@nestwatch/common/version';
import { collector } from '@nestwatch/proto';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import type { Beyond } from '../ingest/beyond.ts';
import type { SelfMetrics } from './self-metrics.ts';

export interface SelfMetricsOptions {
  readonly store: Pick<Store, 'write'>;
  readonly metrics: Pick<SelfMetrics, 'read' | 'resetTimes'>;
  /** What the collector does at this moment. */
  readonly state: () => { reachesNats: boolean; readsStream: boolean; watches: boolean };
  /** Messages of the stream that are not written; undefined when that cannot be asked. */
  readonly readBacklog: () => Promise<number | undefined>;
  /** Told the same, whenever it was asked. */
  readonly onPending?: (messages: number | undefined) => void;
  /** Tells collectors apart and stays the same when one is started again: host and port. */
  readonly name: string;
  /** What nodes had more of than they may. */
  readonly beyond?: Pick<Beyond, 'lines'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
}

/** Writes what this collector does as nestwatch_collector, every 10 s until the signal is aborted. Never throws. */
export async function writeSelfMetrics(options: SelfMetricsOptions, signal: AbortSignal): Promise<void> {
  const { store, metrics, state, readBacklog, onPending, name, beyond, clock, log } = options;
  const { everyMs = 10_000 } = options;
  const startedUs = clock.monoUs();
  let [sinceUs, cpu] = [startedUs, process.cpuUsage()];
  while (await pause(everyMs, signal)) {
    const nowUs = clock.monoUs();
    const used = process.cpuUsage(cpu);
    const { reachesNats, readsStream, watches } = state();
    const pending = reachesNats ? await readBacklog() : undefined;
    onPending?.(pending);
    const fields = {
      ...metrics.read(),
      pending,
      cpu_ratio: (used.user + used.system) / Math.max(1, nowUs - sinceUs),
      resident_bytes: process.memoryUsage.rss(),
      reaches_nats: Number(reachesNats),
      reads_stream: Number(readsStream),
      watches: Number(watches),
      uptime_seconds: (nowUs - startedUs) / 1e6,
      version: VERSION,
    };
    const made = encodeComputed(collector, '', { collector: name }, fields, clock.wallUs());
    try {
      await store.write([
        ...(made === undefined ? [] : [made]),
        ...(beyond?.lines(name, clock.wallUs()) ?? []),
      ]);
      metrics.resetTimes();
      [sinceUs, cpu] = [nowUs, process.cpuUsage()];
    } catch (error) {
      // Ingest says that InfluxDB is away; the next point covers this time as well.
      log.debug("cannot write the collector's own metrics", { error: messageOf(error) });
    }
  }
}
