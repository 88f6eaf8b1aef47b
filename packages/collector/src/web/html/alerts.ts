import { formatAgo } from '@nestwatch/common/quantities';
import type { StoredAlert } from '../../read/alerts.ts';
import { type Html, html } from './html.ts';

const TONES = { info: 'plain', warning: 'warn', critical: 'bad' } as const;

/** Alerts as a list, the whole story of each. */
export function alertList(alerts: readonly StoredAlert[], nowUs: number): Html {
  return html`<ul class="alerts">${alerts.map(
    ({ severity, name, rule, subject, text, firedUs, silenced }) =>
      html`<li class="alert ${TONES[severity]}"><p class="alert-head"><span class="tag">${severity}</span> <strong>${name}</strong> <span>${rule}${subject !== '' && `: ${subject}`}</span>${silenced && html` <em>silenced</em>`} <time>since ${formatAgo(firedUs, nowUs)}</time></p><p>${text}</p></li>`,
  )}</ul>`;
}
