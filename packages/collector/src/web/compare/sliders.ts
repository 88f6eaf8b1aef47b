import type { Asked } from '../../analysis/compare/request.ts';
import { type Html, html } from '../html/html.ts';

/** So far back the sliders reach; fields of the form above take any time. */
const MOST_DAYS = 90;
/** Last week beside the week before. */
const USUAL_DAYS = 7;

/**
 * Two spans chosen by sliders, in days: a form of its own, which needs no script. The script says each value, draws both
 * spans, and keeps them apart.
 */
export function spanSliders(lab: string, asked: Asked): Html {
  const days = (name: string) => daysIn(asked.one(name)) ?? USUAL_DAYS;
  const slider = (name: string, label: string, value: number, unit: string) =>
    html`<label>${label} <input type="range" name="${name}" min="1" max="${MOST_DAYS}" value="${value}" data-unit="${unit}"> <output>${value} ${unit}</output></label>`;
  const [before, after, span] = [days('before'), days('after'), days('span')];
  return html`<details class="another-time" id="two-spans" open><summary>Two spans by slider</summary><form class="asked sliders" method="get" action="/lab/${encodeURIComponent(lab)}/compare" data-spans>
${slider('before', 'first span ends', before, 'days ago')}
${slider('after', 'second span begins', after, 'days ago')}
${slider('span', 'each span lasts', span, 'days')}
<button type="submit">Compare the spans</button>
${picture(before, after, span)}</form></details>`;
}

/** Both spans on a line that ends now, one unit a day. */
function picture(before: number, after: number, span: number): Html {
  const length = MOST_DAYS * 2;
  const bar = (kind: string, fromDays: number, toDays: number) =>
    html`<rect class="${kind}" x="${length - fromDays}" y="1" width="${fromDays - toDays}" height="6"/>`;
  return html`<svg class="spans" viewBox="0 0 ${length} 8" preserveAspectRatio="none" aria-hidden="true">${bar('first', before + span, before)}${bar('second', after, Math.max(0, after - span))}</svg>`;
}

/** Sliders give whole days. */
export function daysIn(given: string | undefined): number | undefined {
  const [, days] = /^(\d{1,3})d?$/.exec(given ?? '') ?? [];
  return days === undefined ? undefined : Math.min(MOST_DAYS, Math.max(1, Number(days)));
}
