import type { JudgedLab } from '../../analysis/judged-lab.ts';
import { SEVERITIES, type Severity } from '../../read/severity.ts';
import type { Found } from '../rules/evaluate.ts';
import { type Alert, alertId } from './alert.ts';

const HOUR_US = 3_600_000_000;
/** Firing so often within an hour counts as flapping. */
const FLAPS = 3;
/** While flapping, an alert has to be gone for so long before it resolves. */
const FLAPPING_KEEP_US = HOUR_US / 4;
/** A resolved alert is remembered for so long, to tell flapping. */
const MEMORY_US = 24 * HOUR_US;

export interface Situation {
  readonly view: JudgedLab;
  readonly found: readonly Found[];
  /** Why an alert is not to be told of now; undefined when it is. */
  silencedBy(alert: Pick<Alert, 'lab' | 'node' | 'rule' | 'layer'>): string | undefined;
  /** How long an alert must be gone before it resolves. */
  keepMs(alert: Pick<Alert, 'lab' | 'node' | 'rule' | 'name' | 'layer' | 'subject'>): number;
  /** Names of all sinks that want to hear of this severity. */
  sinksFor(severity: Severity): readonly string[];
}

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
  const known = new Map(alerts.map((alert) => [alert.id, alert]));
  const { lab } = situation.view;
  for (const found of situation.found) {
    const id = alertId(lab, found.node, found.rule, found.subject);
    known.set(id, whenFound(known.get(id), id, found, situation));
  }
  const now = new Set(situation.found.map((each) => alertId(lab, each.node, each.rule, each.subject)));
  return [...known.values()].flatMap((alert) => {
    const next = now.has(alert.id) ? alert : whenGone(alert, situation);
    return next === undefined ? [] : [silence(next, situation)];
  });
}

function whenFound(before: Alert | undefined, id: string, found: Found, situation: Situation): Alert {
  const { nowUs, nodes, lab } = situation.view;
  const node = nodes.get(found.node);
  const ongoing = before === undefined || before.state === 'resolved' ? undefined : before;
  const { calmSinceUs: _calm, resolvedUs: _end, value: _value, ...kept } = before ?? fresh(id, lab, found);
  const current: Alert = {
    ...kept,
    name: node?.name ?? found.node,
    ...(node?.layer === undefined ? {} : { layer: node.layer }),
    ...(node?.parent === undefined ? {} : { parent: node.parent }),
    summary: found.summary,
    details: found.details ?? [],
    ...(found.value === undefined ? {} : { value: found.value }),
    // While it fires it keeps its gravest moment: around a threshold it would be told of again and again.
    severity: ongoing?.state === 'firing' ? gravest(ongoing.severity, found.severity) : found.severity,
    state: ongoing?.state ?? 'pending',
    sinceUs: ongoing?.sinceUs ?? nowUs,
    causes: ongoing?.causes ?? [],
  };
  if (current.state === 'pending') {
    return nowUs - current.sinceUs >= found.policy.forMs * 1000 ? fire(current, nowUs, situation) : current;
  }
  return current.severity === ongoing?.severity ? current : tell(current, situation);
}

function fire(alert: Alert, nowUs: number, situation: Situation): Alert {
  const firings = [...alert.firings.filter((us) => nowUs - us < HOUR_US), nowUs];
  return tell(
    { ...alert, state: 'firing', firedUs: nowUs, firings, flapping: firings.length >= FLAPS },
    situation,
  );
}

function whenGone(alert: Alert, situation: Situation): Alert | undefined {
  const { nowUs } = situation.view;
  if (alert.state === 'pending') return undefined;
  if (alert.state === 'resolved') {
    return nowUs - (alert.resolvedUs ?? nowUs) > MEMORY_US && alert.owed.length === 0 ? undefined : alert;
  }
  const calmSinceUs = alert.calmSinceUs ?? nowUs;
  const keepUs = Math.max(alert.flapping ? FLAPPING_KEEP_US : 0, situation.keepMs(alert) * 1000);
  if (nowUs - calmSinceUs < keepUs)
    return alert.calmSinceUs === undefined ? { ...alert, calmSinceUs } : alert;
  const resolved: Alert = { ...alert, state: 'resolved', resolvedUs: nowUs, calmSinceUs };
  return alert.told
    ? tell(resolved, situation)
    : { ...resolved, news: alert.news + 1, owed: historians(situation, alert) };
}

/** Owes everybody the newest news. What was owed before is out of date. */
function tell(alert: Alert, situation: Situation): Alert {
  const silencedBy = situation.silencedBy(alert);
  const everybody = situation.sinksFor(alert.severity);
  const { silencedBy: _before, ...rest } = alert;
  if (silencedBy !== undefined && alert.state === 'firing') {
    return { ...rest, silencedBy, news: alert.news + 1, owed: historians(situation, alert) };
  }
  return { ...rest, told: alert.state === 'firing', news: alert.news + 1, owed: everybody };
}

/** When a silence ends while the alert still fires, it is told of then. */
function silence(alert: Alert, situation: Situation): Alert {
  if (alert.state !== 'firing') return alert;
  const silencedBy = situation.silencedBy(alert);
  if (silencedBy === alert.silencedBy) return alert;
  if (silencedBy !== undefined) return { ...alert, silencedBy };
  const { silencedBy: _over, ...rest } = alert;
  return alert.told ? rest : tell(rest, situation);
}

/** Sinks that keep a history rather than calling people hear of everything, silenced or not. */
export const HISTORY_SINKS: readonly string[] = ['influxdb'];

function historians(situation: Situation, alert: Alert): readonly string[] {
  return situation.sinksFor(alert.severity).filter((sink) => HISTORY_SINKS.includes(sink));
}

function gravest(a: Severity, b: Severity): Severity {
  return SEVERITIES[Math.max(SEVERITIES.indexOf(a), SEVERITIES.indexOf(b))] ?? a;
}

function fresh(id: string, lab: string, { node, rule, subject, severity }: Found): Alert {
  return {
    ...{ id, lab, node, rule, subject, severity },
    ...{ name: node, state: 'pending', summary: '', details: [], causes: [], sinceUs: 0 },
    ...{ firings: [], flapping: false, news: 0, owed: [], told: false },
  };
}
