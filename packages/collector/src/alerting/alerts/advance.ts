import { defined } from '@nestwatch/common/defined';
import { graver } from '../../read/severity.ts';
import type { Found } from '../rules/findings.ts';
import { type Alert, alertId } from './alert.ts';
import type { Situation } from './situation.ts';

const HOUR_US = 3_600_000_000;
/** Firing so often within an hour counts as flapping. */
const FLAPS = 3;
/** While flapping, an alert has to be gone for so long before it resolves. */
const FLAPPING_KEEP_US = HOUR_US / 4;
/** A resolved alert is remembered for so long, to recognise flapping. */
const MEMORY_US = 24 * HOUR_US;

/**
 * The next state of a lab's alerts. Pure: from what was kept and what is found now.
 *
 *   pending ──(found for `for`)──▶ firing ──(gone for `keep`)──▶ resolved ──(a day)──▶ forgotten
 *      └──(gone)──▶ forgotten        ▲                              │
 *                                    └────────(found again)─────────┘
 *
 * @returns every alert that is to be kept
 */
export function advance(alerts: readonly Alert[], situation: Situation): Alert[] {
  const { lab } = situation.view;
  const found = new Map(situation.found.map((each) => [alertId({ ...each, lab }), each]));
  const known = new Map(alerts.map((alert) => [alert.id, alert]));
  return [...new Set([...known.keys(), ...found.keys()])].flatMap((id) => {
    const before = known.get(id);
    const now = found.get(id);
    const next =
      now === undefined ? before && whenGone(before, situation) : whenFound(before, id, now, situation);
    return next === undefined ? [] : [followSilence(next, situation)];
  });
}

/** What an alert has of which nobody heard yet. */
const NEW = { firings: [], flapping: false, revision: 0, pendingSinks: [], notified: false };
type Known = Partial<Alert> & Pick<Alert, 'id' | 'lab' | 'node' | 'rule' | 'subject' | keyof typeof NEW>;

function whenFound(before: Alert | undefined, id: string, found: Found, situation: Situation): Alert {
  const { lab, nowUs, nodes } = situation.view;
  const { node, rule, subject, severity, summary, details = [], value } = found;
  const ongoing = before?.state === 'resolved' ? undefined : before;
  const all: Known = before ?? { ...NEW, id, lab, node, rule, subject };
  const { calmSinceUs: _calm, resolvedUs: _end, ...known } = all;
  // In the words and with the names of now.
  const { name = node, layer = known.layer, parent = known.parent } = nodes.get(node) ?? {};
  const current: Alert = defined({
    ...known,
    name,
    layer,
    parent,
    summary,
    details,
    value,
    // While it fires it keeps its most severe moment: around a threshold there would be one notification after the other.
    severity: ongoing?.state === 'firing' ? graver(ongoing.severity, severity) : severity,
    state: ongoing?.state ?? 'pending',
    sinceUs: ongoing?.sinceUs ?? nowUs,
    causes: ongoing?.causes ?? [],
  });
  if (current.state === 'pending') {
    return nowUs - current.sinceUs >= found.policy.forMs * 1000 ? fire(current, situation) : current;
  }
  return current.severity === ongoing?.severity ? current : revise(current, situation);
}

function fire(alert: Alert, situation: Situation): Alert {
  const { nowUs } = situation.view;
  const firings = [...alert.firings.filter((us) => nowUs - us < HOUR_US), nowUs];
  const flapping = firings.length >= FLAPS;
  return revise({ ...alert, state: 'firing', firedUs: nowUs, firings, flapping }, situation);
}

function whenGone(alert: Alert, situation: Situation): Alert | undefined {
  const { nowUs } = situation.view;
  if (alert.state === 'pending') return undefined;
  if (alert.state === 'resolved') {
    const over = nowUs - (alert.resolvedUs ?? nowUs) > MEMORY_US;
    return over && alert.pendingSinks.length === 0 ? undefined : alert;
  }
  const calmSinceUs = alert.calmSinceUs ?? nowUs;
  const calm: Alert = { ...alert, calmSinceUs };
  const keepUs = situation.isOfNobody(alert)
    ? 0
    : Math.max(alert.flapping ? FLAPPING_KEEP_US : 0, situation.keepFiringForMs(alert) * 1000);
  if (nowUs - calmSinceUs < keepUs) return calm;
  const resolved: Alert = { ...calm, state: 'resolved', resolvedUs: nowUs };
  return alert.notified ? revise(resolved, situation) : reviseForHistory(resolved, situation);
}

/** Makes a new revision, of which all sinks are to be notified. What they had not heard before is out of date. */
function revise(alert: Alert, situation: Situation): Alert {
  const silencedBy = situation.silencedBy(alert);
  const { silencedBy: _before, ...rest } = alert;
  const firing = alert.state === 'firing';
  if (silencedBy !== undefined && firing) return reviseForHistory({ ...rest, silencedBy }, situation);
  const pendingSinks = situation.sinksFor(alert.severity);
  return { ...rest, notified: firing, revision: alert.revision + 1, pendingSinks };
}

/** Sinks that keep a history rather than calling people hear of everything, silenced or not. */
export const HISTORY_SINKS: readonly string[] = ['influxdb'];

function reviseForHistory(alert: Alert, situation: Situation): Alert {
  const pendingSinks = situation.sinksFor(alert.severity).filter((sink) => HISTORY_SINKS.includes(sink));
  return { ...alert, revision: alert.revision + 1, pendingSinks };
}

/** When a silence ends while the alert still fires, its sinks are notified then. */
function followSilence(alert: Alert, situation: Situation): Alert {
  if (alert.state !== 'firing') return alert;
  const silencedBy = situation.silencedBy(alert);
  if (silencedBy === alert.silencedBy) return alert;
  if (silencedBy !== undefined) return { ...alert, silencedBy };
  const { silencedBy: _over, ...rest } = alert;
  return alert.notified ? rest : revise(rest, situation);
}
