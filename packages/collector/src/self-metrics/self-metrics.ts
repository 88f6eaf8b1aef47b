import { createHistogram } from 'node:perf_hooks';
import type { Clock } from '@nestwatch/common/clock';
import { PartialWriteError } from '../influx/partial-write.ts';
import type { Store } from '../influx/store.ts';
import type { IngestMetrics } from '../ingest/metrics.ts';
import type { TimingMetrics } from './timing-metrics.ts';

/** Two digits: enough to see a lag, in a few kilobytes. */
const HISTOGRAM = { lowest: 1, highest: 400 * 86_400 * 1e6, figures: 2 } as const;

/**
 * What a collector counts of its own work, by the catalogue's names in nestwatch_collector. Counts go on from its start;
 * times are those since `resetTimes` was last called.
 * @param timings told each time as well
 */
export function createSelfMetrics(clock: Clock, timings: Omit<TimingMetrics, 'pending'>) {
  const counts = { received: 0, written: 0, dead: 0, expired: 0, batches: 0, write_failures: 0 };
  const lagUs = createHistogram(HISTOGRAM);
  const writeUs = createHistogram(HISTOGRAM);

  return {
    /** Passes calls on, and counts them. */
    counting: (metrics: IngestMetrics): IngestMetrics => ({
      ...metrics,
      received(messages) {
        counts.received += messages;
        metrics.received(messages);
      },
      written(message, points) {
        counts.written += 1;
        const late = clock.wallUs() - (message.header.labUs ?? message.header.wallUs);
        lagUs.record(storable(late));
        timings.lag(late / 1e6);
        metrics.written(message, points);
      },
      expired(message) {
        counts.expired += 1;
        metrics.expired(message);
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
          if (!(error instanceof PartialWriteError)) {
            counts.write_failures += 1;
            timings.writeFailed();
          }
          throw error;
        }
        counts.batches += 1;
        const tookUs = clock.monoUs() - startedUs;
        writeUs.record(storable(tookUs));
        timings.wrote(tookUs / 1e6);
      },
    }),

    /** The figures now. Times of which there was none are undefined. */
    read() {
      const seconds = (us: number, count: number) => (count === 0 ? undefined : us / 1e6);
      return {
        ...counts,
        lag_median_seconds: seconds(lagUs.percentile(50), lagUs.count),
        lag_p99_seconds: seconds(lagUs.percentile(99), lagUs.count),
        lag_max_seconds: seconds(lagUs.max, lagUs.count),
        write_median_seconds: seconds(writeUs.percentile(50), writeUs.count),
        write_max_seconds: seconds(writeUs.max, writeUs.count),
      };
    },

    /** Forgets the times: what was read is stored. */
    resetTimes(): void {
      lagUs.reset();
      writeUs.reset();
    },
  };
}

export type SelfMetrics = ReturnType<typeof createSelfMetrics>;

/** A histogram takes whole numbers from 1. A message of a node whose clock is ahead seems to be written before its creation. */
function storable(us: number): number {
  return Math.min(HISTOGRAM.highest, Math.max(HISTOGRAM.lowest, Math.round(us)));
}
