import type { Log } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';
import { createTurns } from '../delivery/in-turn.ts';
import { isAtLeast } from '../read/severity.ts';
import { HISTORY_SINKS } from './alerts/advance.ts';
import type { Alert } from './alerts/alert.ts';
import type { Sink } from './sinks/sink.ts';

const REMIND_EVERY_US = 60_000_000;

/** Keeps the alerts as they are now. @throws when they cannot be kept */
type Keep = (alerts: readonly Alert[]) => Promise<void>;

/**
 * Notifies the sinks of what is pending for them, and reminds them of alerts that go on. A sink that cannot be reached
 * is left alone for a while; what is pending for it stays pending, over restarts as well. That a sink was notified is kept
 * at once, whatever the others take: whoever goes on after a crash does not notify it again.
 * @returns what does so, and gives the alerts without the sinks that were notified
 */
export function createNotifier(sinks: readonly Sink[], log: Log) {
  const senders = sinks.map((sink) => createSender(sink, log));
  return async (alerts: readonly Alert[], nowUs: number, keep: Keep): Promise<Alert[]> => {
    const notified = new Map(sinks.map(({ name }) => [name, new Set<string>()]));
    const asOfNow = () =>
      alerts.map((alert) => {
        // Nothing is pending for a sink that is configured no more.
        const pendingSinks = alert.pendingSinks.filter((name) => notified.get(name)?.has(alert.id) === false);
        return pendingSinks.length === alert.pendingSinks.length ? alert : { ...alert, pendingSinks };
      });
    const turns = createTurns();
    const keeping: Promise<void>[] = [];
    const onNotified = ({ name }: Sink, { id }: Alert) => {
      notified.get(name)?.add(id);
      keeping.push(turns('keep', () => keep(asOfNow())));
    };
    await Promise.all(senders.map((send) => send(alerts, nowUs, onNotified)));
    await Promise.all(keeping);
    return asOfNow();
  };
}

/** What sends to one sink, and tells of each alert of which it was notified. */
function createSender(sink: Sink, log: Log) {
  let notBeforeUs = 0;
  let remindedUs = 0;
  const outage = createOutage({
    log,
    failing: 'alerts do not arrive, trying until they do',
    working: 'alerts arrive again',
    fields: () => ({ sink: sink.name }),
    firstMs: 1000,
    maxMs: 60_000,
  });

  /** Runs one call to the sink, unless it is left alone; true when it arrived. */
  async function reach(nowUs: number, call: () => Promise<void>): Promise<boolean> {
    if (nowUs < notBeforeUs) return false;
    try {
      await call();
      outage.worked();
      return true;
    } catch (error) {
      notBeforeUs = nowUs + outage.failed(error) * 1000;
      return false;
    }
  }

  return async (alerts: readonly Alert[], nowUs: number, onNotified: (sink: Sink, alert: Alert) => void) => {
    for (const alert of alerts.filter((each) => each.pendingSinks.includes(sink.name))) {
      if (!(await reach(nowUs, () => sink.notify(alert, nowUs)))) break;
      onNotified(sink, alert);
    }
    const firing = alerts.filter((alert) => concerns(sink, alert));
    const remind = async () => {
      if (firing.length === 0 || nowUs - remindedUs < REMIND_EVERY_US) return;
      remindedUs = nowUs;
      await sink.remind?.(firing, nowUs);
    };
    if (sink.remind !== undefined) await reach(nowUs, remind);
  };
}

/** Alerts that a sink is reminded of: those that fire, not pending still, and not silenced unless it keeps history. */
function concerns(sink: Sink, alert: Alert): boolean {
  if (alert.state !== 'firing' || alert.pendingSinks.includes(sink.name)) return false;
  if (!isAtLeast(alert.severity, sink.leastSeverity)) return false;
  return HISTORY_SINKS.includes(sink.name) || alert.silencedBy === undefined;
}
