import { Counter, Gauge, type Registry } from 'prom-client';
import { SEVERITIES } from '../read/severity.ts';
import type { Alert } from './alerts/alert.ts';
import type { Outcome } from './notify.ts';

export type AlertingMetrics = ReturnType<typeof createAlertingMetrics>;

/** What the one collector that watches counts, as shown by GET /metrics. The others show that they do not watch. */
export function createAlertingMetrics(registry: Registry) {
  const registers = [registry];
  const notifications = new Counter({
    name: 'nestwatch_notifications_total',
    help: 'Attempts to deliver an alert, by sink and outcome.',
    labelNames: ['sink', 'outcome'],
    registers,
  });
  const watches = new Gauge({
    name: 'nestwatch_watches',
    help: '1 when this collector is the one that watches the labs and raises alerts.',
    registers,
  });
  const firing = new Gauge({
    name: 'nestwatch_alerts_firing',
    help: 'Firing alerts, by severity. Only the watching collector has this.',
    labelNames: ['severity'],
    registers,
  });
  watches.set(0);
  return {
    notified: (sink: string, outcome: Outcome) => notifications.inc({ sink, outcome }),
    /** Undefined when this collector does not watch. */
    alerts(alerts: readonly Alert[] | undefined): void {
      watches.set(alerts === undefined ? 0 : 1);
      firing.reset();
      for (const severity of alerts === undefined ? [] : SEVERITIES) {
        const count = alerts?.filter(
          (alert) => alert.state === 'firing' && alert.severity === severity,
        ).length;
        firing.set({ severity }, count ?? 0);
      }
    },
  };
}
