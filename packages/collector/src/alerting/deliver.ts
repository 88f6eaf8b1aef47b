import { createBackoff } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { Alert } from './alerts/alert.ts';
import type { Sink } from './sinks/sink.ts';

/**
 * Tells the sinks what they are owed, and of alerts that go on. A sink that cannot be told is left alone for a
 * while; what it is owed stays owed, over restarts as well.
 */
export function createDelivery(sinks: readonly Sink[], log: Log) {
  const states = new Map(
    sinks.map((sink) => [
      sink.name,
      { notBeforeUs: 0, said: false, backoff: createBackoff({ firstMs: 1000, maxMs: 60_000 }) },
    ]),
  );

  /** Runs one call to a sink; true when it arrived. */
  async function attempt(sink: Sink, nowUs: number, call: () => Promise<void>): Promise<boolean> {
    const state = states.get(sink.name);
    if (state === undefined || nowUs < state.notBeforeUs) return false;
    try {
      await call();
      if (state.said) log.info('alerts arrive again', { sink: sink.name });
      state.said = false;
      state.backoff.reset();
      return true;
    } catch (error) {
      if (!state.said)
        log.warn('alerts do not arrive, trying until they do', { sink: sink.name, error: messageOf(error) });
      state.said = true;
      state.notBeforeUs = nowUs + state.backoff.next() * 1000;
      return false;
    }
  }

  /** The alerts, without what could be delivered. */
  return async (alerts: readonly Alert[], nowUs: number): Promise<Alert[]> => {
    const delivered = new Map<string, Set<string>>();
    await Promise.all(
      sinks.map(async (sink) => {
        for (const alert of alerts.filter((each) => each.owed.includes(sink.name))) {
          if (!(await attempt(sink, nowUs, () => sink.tell(alert, nowUs)))) break;
          delivered.set(alert.id, (delivered.get(alert.id) ?? new Set()).add(sink.name));
        }
        const { remind } = sink;
        const firing = alerts.filter((alert) => concerns(sink, alert));
        if (remind !== undefined) await attempt(sink, nowUs, () => remind.call(sink, firing, nowUs));
      }),
    );
    const known = new Set(sinks.map((sink) => sink.name));
    return alerts.map((alert) => {
      // A sink that is configured no more is owed nothing.
      const owed = alert.owed.filter((name) => known.has(name) && !delivered.get(alert.id)?.has(name));
      return owed.length === alert.owed.length ? alert : { ...alert, owed };
    });
  };
}

/** Alerts that a sink is reminded of: those that fire, not owed still, and not silenced unless it keeps history. */
function concerns(sink: Sink, alert: Alert): boolean {
  if (alert.state !== 'firing' || alert.owed.includes(sink.name)) return false;
  const grave = { info: 0, warning: 1, critical: 2 };
  if (grave[alert.severity] < grave[sink.leastSeverity]) return false;
  return sink.name === 'influxdb' || alert.silencedBy === undefined;
}
