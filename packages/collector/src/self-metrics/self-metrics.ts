import { createHistogram } from 'node:perf_hooks';
import type { Clock } from '@nestwatch/common/clock';
import type { FieldValue } from '../influx/points/line.ts';
import type { Store } from '../influx/store.ts';
import type { IngestMetrics } from '../ingest/metrics.ts';

type Fields = Record<string, FieldValue | undefined>;

/** Two digits: enough to see a lag, in a few kilobytes. */
const HISTOGRAM = { lowest: 1, highest: 400 * 86_400 * 1e6, figures: 2 } as const;

/**
 * What a collector counts of its own work, by the catalogue's names in nestwatch_collector. Counts go on from its start;
 * times are those since `begin` was last called.
 */
export function createOwnFigures(clock: Clock) {
  const counts = { received: 0, written: 0, dead: 0, batches: 0, write_failures: 0 };
  const lagUs = createHistogram(HISTOGRAM);
  const writeUs = createHistogram(HISTOGRAM);

  return {
    /** Passes on what it is told, and counts it. */
    counting: (metrics: IngestMetrics): IngestMetrics => ({
      ...metrics,
      received(messages) {
        counts.received += messages;
        metrics.received(messages);
      },
      written(report, points) {
        counts.written += 1;
        lagUs.record(storable(clock.wallUs() - (report.header.labUs ?? report.header.wallUs)));
        metrics.written(report, points);
      },
      dead(subject) {
        counts.dead += 1;
        metrics.dead(subject);
      },
    }),

    /** The same store, timed. */
    timing: (store: Pick<Store, 'writeBytes'>): Pick<Store, 'writeBytes'> => ({
      async writeBytes(lines) {
        const startedUs = clock.monoUs();
        try {
          await store.writeBytes(lines);
        } catch (error) {
          counts.write_failures += 1;
          throw error;
        }
        counts.batches += 1;
        writeUs.record(storable(clock.monoUs() - startedUs));
      },
    }),

    /** The figures now. Times of which there was none are undefined. */
    read(): Fields {
      return {
        ...counts,
        ...(lagUs.count === 0
          ? {}
          : {
              lag_median_seconds: lagUs.percentile(50) / 1e6,
              lag_p99_seconds: lagUs.percentile(99) / 1e6,
              lag_max_seconds: lagUs.max / 1e6,
            }),
        ...(writeUs.count === 0
          ? {}
          : { write_median_seconds: writeUs.percentile(50) / 1e6, write_max_seconds: writeUs.max / 1e6 }),
      };
    },

    /** Forgets the times: what was read is stored. */
    begin(): void {
      lagUs.reset();
      writeUs.reset();
    },
  };
}

export type OwnFigures = ReturnType<typeof createOwnFigures>;

/** A histogram takes whole numbers from 1. A node whose clock is ahead seems to be written before it was made. */
function storable(us: number): number {
  return Math.min(HISTOGRAM.highest, Math.max(HISTOGRAM.lowest, Math.round(us)));
}
