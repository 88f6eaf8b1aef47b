import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { Alert } from '../../src/alerting/alerts/alert.ts';
import { createAlertingMetrics } from '../../src/alerting/metrics.ts';
import { remarksOn } from '../support/exposition.ts';
import { wholeRegistry } from '../support/whole-registry.ts';

test('all that /metrics has is as Prometheus wants it', async () => {
  const { registry, ingest, timings, alerting } = wholeRegistry();
  ingest.dead('nestwatch.lab.guest3.sample');
  timings.lag(3);
  timings.lag(-1);
  timings.wrote(0.02);
  alerting.notified('notify.ops', 'failed');
  expect(await registry.metrics()).not.toMatch(/^nestwatch_pending_messages /m);
  timings.pending(7);
  const text = await registry.metrics();
  expect(remarksOn(text)).toEqual([]);
  for (const line of [
    'nestwatch_nats_up 1',
    'nestwatch_stream_up 0',
    'nestwatch_pending_messages 7',
    'nestwatch_lag_seconds_bucket{le="2.5"} 1',
    'nestwatch_lag_seconds_bucket{le="5"} 2',
    'nestwatch_write_duration_seconds_count 1',
    'nestwatch_messages_dead_total{kind="sample"} 1',
    'nestwatch_notifications_total{sink="notify.ops",outcome="failed"} 1',
    'nestwatch_watches 0',
  ])
    expect(text).toContain(`${line}\n`);
});

test('alerts are counted where they are watched, and nowhere else', async () => {
  const registry = new Registry();
  const { alerts } = createAlertingMetrics(registry);
  const firing = (severity: string) => ({ state: 'firing', severity }) as Alert;
  alerts([firing('critical'), firing('critical'), { ...firing('info'), state: 'pending' }]);
  const counted = await registry.metrics();
  expect(counted).toContain('nestwatch_watches 1\n');
  expect(counted).toContain('nestwatch_alerts_firing{severity="critical"} 2\n');
  expect(counted).toContain('nestwatch_alerts_firing{severity="info"} 0\n');
  alerts(undefined);
  const gone = await registry.metrics();
  expect(gone).toContain('nestwatch_watches 0\n');
  expect(gone).not.toContain('nestwatch_alerts_firing{');
});

test('the rules for names find what promtool finds', () => {
  const gauge = (name: string) => `# HELP ${name} x\n# TYPE ${name} gauge\n${name} 1\n`;
  expect(
    ['a_total', 'a_count', 'a_ms', 'a_microseconds', 'aB', 'a_gauge'].map(
      (name) => remarksOn(gauge(name)).length,
    ),
  ).toEqual([1, 1, 1, 1, 1, 1]);
  expect(remarksOn('# TYPE a counter\na 1\nb{x="1\n')).toEqual([
    'b{x="1: cannot be read',
    'b: no type',
    'a: no help text',
    'a: counter without _total',
  ]);
});
