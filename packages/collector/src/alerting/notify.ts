import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';
import { createTurns } from '../delivery/in-turn.ts';
import { HISTORY_SINKS } from './alerts/advance.ts';
import type { Alert } from './alerts/alert.ts';
import { isFor, type Sink } from './sinks/sink.ts';

const REMIND_EVERY_US = 60_000_000;
/** One alert that a sink does not take is tried again so often, and holds up no other. */
const REFUSED_US = 600_000_000;

/** What became of one attempt to notify a sink. */
export type Outcome = 'delivered' | 'failed' | 'refused';

/** Keeps the alerts as they are now. @throws when they cannot be kept */
type Keep = (alerts: readonly Alert[]) => Promise<void>;

/**
 * Notifies the sinks of what is pending for them, and reminds them of alerts that go on. A sink that cannot be reached
 * is left alone for a while; what is pending for it stays pending, over restarts as well. That a sink was notified is kept
 * at once, whatever the others take: whoever goes on after a crash does not notify it again.
 * @param count told what became of each attempt
 * @returns what does so, and gives the alerts without the sinks that were notified
 */
export function createNotifier(
  sinks: readonly Sink[],
  log: Log,
  count: (sink: string, outcome: Outcome) => void = () => undefined,
) {
  const senders = sinks.map((sink) => createSender(sink, log, (outcome) => count(sink.name, outcome)));
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

/** Sends alerts to one sink, and reports each delivered one. */
function createSender(sink: Sink, log: Log, count: (outcome: Outcome) => void) {
  let notBeforeUs = 0;
  let remindedUs = 0;
  /** By alert and revision: when it is tried again. */
  const refused = new Map<string, number>();
  const outage = createOutage({
    log,
    failing: 'cannot deliver alerts, retrying',
    working: 'alerts are delivered again',
    fields: () => ({ sink: sink.name }),
    firstMs: 1000,
    maxMs: 60_000,
  });

  /** Runs one call to the sink, unless it is left alone; "failed" when it did not arrive. @throws PermanentError */
  async function reach(nowUs: number, call: () => Promise<void>): Promise<Outcome> {
    if (nowUs < notBeforeUs) return 'failed';
    try {
      await call();
      outage.worked();
      return 'delivered';
    } catch (error) {
      if (error instanceof PermanentError) throw error;
      notBeforeUs = nowUs + outage.failed(error) * 1000;
      count('failed');
      return 'failed';
    }
  }

  async function tell(alert: Alert, nowUs: number): Promise<Outcome> {
    try {
      const outcome = await reach(nowUs, () => sink.notify(alert, nowUs));
      if (outcome === 'delivered') count(outcome);
      return outcome;
    } catch (error) {
      count('refused');
      const { lab, rule } = alert;
      const which = { sink: sink.name, lab, rule, error: messageOf(error) };
      log.warn('an alert was refused, retrying in 10 minutes; other alerts continue', which);
      return 'refused';
    }
  }

  async function tellNews(alerts: readonly Alert[], nowUs: number, onNotified: (alert: Alert) => void) {
    for (const alert of alerts) {
      const key = `${alert.id}/${alert.revision}`;
      if ((refused.get(key) ?? 0) > nowUs) continue;
      const outcome = await tell(alert, nowUs);
      if (outcome === 'failed') return;
      if (outcome === 'delivered') onNotified(alert);
      else refused.set(key, nowUs + REFUSED_US);
    }
  }

  async function tellAgain(firing: readonly Alert[], nowUs: number): Promise<void> {
    if (firing.length === 0 || nowUs < notBeforeUs || nowUs - remindedUs < REMIND_EVERY_US) return;
    remindedUs = nowUs;
    await reach(nowUs, async () => sink.remind?.(firing, nowUs)).catch((error: unknown) => {
      log.warn('reminders were refused', { sink: sink.name, error: messageOf(error) });
    });
  }

  return async (alerts: readonly Alert[], nowUs: number, onNotified: (sink: Sink, alert: Alert) => void) => {
    const pending = alerts.filter((each) => each.pendingSinks.includes(sink.name));
    const keys = new Set(pending.map(({ id, revision }) => `${id}/${revision}`));
    for (const key of refused.keys()) if (!keys.has(key)) refused.delete(key);
    await tellNews(pending, nowUs, (alert) => onNotified(sink, alert));
    const firing = alerts.filter((alert) => concerns(sink, alert));
    if (sink.remind !== undefined) await tellAgain(firing, nowUs);
  };
}

/** Alerts that a sink is reminded of: those that fire, not pending still, and not silenced unless it keeps history. */
function concerns(sink: Sink, alert: Alert): boolean {
  if (alert.state !== 'firing' || alert.pendingSinks.includes(sink.name)) return false;
  if (!isFor(sink, alert)) return false;
  return HISTORY_SINKS.includes(sink.name) || alert.silencedBy === undefined;
}
