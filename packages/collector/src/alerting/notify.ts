import type { Log } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';
import { isAtLeast } from '../read/severity.ts';
import { HISTORY_SINKS } from './alerts/advance.ts';
import type { Alert } from './alerts/alert.ts';
import type { Sink } from './sinks/sink.ts';

/**
 * Notifies the sinks of what is pending for them, and reminds them of alerts that go on. A sink that cannot be reached
 * is left alone for a while; what is pending for it stays pending, over restarts as well.
 * @returns the alerts, without the sinks that were notified
 */
export type Notify = (alerts: readonly Alert[], nowUs: number) => Promise<Alert[]>;

export function createNotifier(sinks: readonly Sink[], log: Log): Notify {
  const reachable = sinks.map((sink) => ({ sink, reach: createReach(sink, log) }));
  return async (alerts, nowUs) => {
    const notified = new Map<string, Set<string>>();
    await Promise.all(
      reachable.map(async ({ sink, reach }) => {
        const names = new Set<string>();
        notified.set(sink.name, names);
        for (const alert of alerts.filter((each) => each.pendingSinks.includes(sink.name))) {
          if (!(await reach(nowUs, () => sink.notify(alert, nowUs)))) break;
          names.add(alert.id);
        }
        const firing = alerts.filter((alert) => concerns(sink, alert));
        if (sink.remind !== undefined) await reach(nowUs, async () => sink.remind?.(firing, nowUs));
      }),
    );
    return alerts.map((alert) => {
      // Nothing is pending for a sink that is configured no more.
      const pendingSinks = alert.pendingSinks.filter((name) => notified.get(name)?.has(alert.id) === false);
      return pendingSinks.length === alert.pendingSinks.length ? alert : { ...alert, pendingSinks };
    });
  };
}

/** Runs one call to a sink, unless it is left alone; true when it arrived. */
type Reach = (nowUs: number, call: () => Promise<void>) => Promise<boolean>;

function createReach(sink: Sink, log: Log): Reach {
  let notBeforeUs = 0;
  const outage = createOutage({
    log,
    failing: 'alerts do not arrive, trying until they do',
    working: 'alerts arrive again',
    fields: () => ({ sink: sink.name }),
    firstMs: 1000,
    maxMs: 60_000,
  });
  return async (nowUs, call) => {
    if (nowUs < notBeforeUs) return false;
    try {
      await call();
      outage.worked();
      return true;
    } catch (error) {
      notBeforeUs = nowUs + outage.failed(error) * 1000;
      return false;
    }
  };
}

/** Alerts that a sink is reminded of: those that fire, not pending still, and not silenced unless it keeps history. */
function concerns(sink: Sink, alert: Alert): boolean {
  if (alert.state !== 'firing' || alert.pendingSinks.includes(sink.name)) return false;
  if (!isAtLeast(alert.severity, sink.leastSeverity)) return false;
  return HISTORY_SINKS.includes(sink.name) || alert.silencedBy === undefined;
}
