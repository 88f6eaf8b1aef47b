import { groupBy } from '@nestwatch/common/group-by';
import { formatAgo } from '@nestwatch/common/quantities';
import { count } from '../../analysis/text.ts';
import type { StoredAlert } from '../../read/alerts.ts';
import { modeOf } from '../overview/mode.ts';
import type { LabView } from '../view/view.ts';
import { ALERT_TONES, alertList } from './chips.ts';
import { type Html, html } from './html.ts';
import { listedShort } from './listed.ts';

/** This many alerts of a small lab are shown in full; else those of one rule are one line that opens. */
const MOST_IN_FULL = 3;

/** What is for information only, such as a guest that is in use, is folded: a lab that is well always has some. */
export function labAlerts(view: LabView): Html {
  const { alerts, nowUs } = view;
  const grave = alerts.filter(isGrave);
  const notes = alerts.filter((alert) => !isGrave(alert));
  const isShort = grave.length > MOST_IN_FULL || modeOf(view) !== 'boxes';
  const told = isShort ? byRule(grave, nowUs) : alertList(grave, nowUs);
  const heading = html`<h2${isShort && html` class="sr"`}>${count(grave.length, 'alert')}</h2>`;
  return html`${grave.length > 0 && html`${heading}${told}`}
${notes.length > 0 && html`<details class="more" id="notes"><summary>${notes.length} for information</summary>${alertList(notes, nowUs)}</details>`}`;
}

export function isGrave({ severity }: StoredAlert): boolean {
  return severity !== 'info';
}

/** Alerts of one rule and severity as one line; the most severe first, as they came. */
function byRule(alerts: readonly StoredAlert[], nowUs: number): Html {
  const groups = [...groupBy(alerts, ({ severity, rule }) => `${severity} ${rule}`).values()];
  return html`<ul class="alerts">${groups.map((own) => {
    const [first] = own;
    if (first === undefined) return '';
    const { severity, rule } = first;
    const names = [...new Set(own.map(({ name }) => name))];
    const oldestUs = Math.min(...own.map(({ firedUs }) => firedUs));
    return html`<li class="alert ${ALERT_TONES[severity]}"><details id="alerts-${severity}-${rule}"><summary class="alert-head"><span class="tag">${severity}</span> <strong>${rule}</strong> <span>${own.length === 1 ? first.text : `${count(own.length, 'alert')} on ${listedShort(names)}`}</span> <time>since ${formatAgo(oldestUs, nowUs)}</time></summary>${alertList(own, nowUs)}</details></li>`;
  })}</ul>`;
}
