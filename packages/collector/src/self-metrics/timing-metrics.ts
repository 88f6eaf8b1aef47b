import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** From a message that is written at once to one that an outbox kept for days. */
const LAG_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43_200, 172_800];
const WRITE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type TimingMetrics = ReturnType<typeof createTimingMetrics>;

/** How late and how long, as shown by GET /metrics: what nestwatch_collector says for people, for Prometheus. */
export function createTimingMetrics(registry: Registry) {
  const registers = [registry];
  const lag = new Histogram({
    name: 'nestwatch_lag_seconds',
    help: 'Time from the creation of a message to its acceptance by InfluxDB.',
    buckets: LAG_BUCKETS,
    registers,
  });
  const write = new Histogram({
    name: 'nestwatch_write_duration_seconds',
    help: 'Duration of successful writes of a batch to InfluxDB.',
    buckets: WRITE_BUCKETS,
    registers,
  });
  const failures = new Counter({
    name: 'nestwatch_write_failures_total',
    help: 'Failed writes of a batch to InfluxDB that are retried.',
    registers,
  });
  const pending = new Gauge({
    name: 'nestwatch_pending_messages',
    help: 'Messages in the stream that no collector has written yet; absent when NATS cannot be asked.',
    // Without a label it would be 0 before anybody asked.
    labelNames: [],
    registers,
  });
  pending.remove();
  return {
    lag: (seconds: number) => lag.observe(Math.max(0, seconds)),
    wrote: (seconds: number) => write.observe(seconds),
    writeFailed: () => failures.inc(),
    pending(messages: number | undefined): void {
      if (messages === undefined) pending.remove();
      else pending.set(messages);
    },
  };
}
