import { createAlertingMetrics } from '../../src/alerting/metrics.ts';
import { registerDeliveryGauges } from '../../src/delivery/delivery-gauges.ts';
import { emptyState } from '../../src/delivery/state.ts';
import { createIngestMetrics } from '../../src/ingest/metrics.ts';
import { createTimingMetrics } from '../../src/self-metrics/timing-metrics.ts';
import { createRegistry } from '../../src/web/monitoring.ts';

/** All that a running collector has at /metrics. */
export function wholeRegistry() {
  const registry = createRegistry({ nats: true, influx: true, stream: false });
  const ingest = createIngestMetrics(registry);
  const timings = createTimingMetrics(registry);
  const alerting = createAlertingMetrics(registry);
  registerDeliveryGauges(registry, () => new Map([['lab.guest3.b', emptyState('b')]]));
  return { registry, ingest, timings, alerting };
}
