import type { AlertView } from '../../read/page/view.ts';
import { ago } from '../figures.ts';
import { type Html, html } from './html.ts';

const TONES = { information: 'plain', warning: 'warn', critical: 'bad' } as const;

/** Alerts as a list, the whole story of each. */
export function alertList(alerts: readonly AlertView[], nowUs: number): Html {
  return html`<ul class="alerts">${alerts.map(
    ({ severity, name, rule, subject, text, sinceUs, silenced }) =>
      html`<li class="alert ${TONES[severity]}"><p class="alert-head"><span class="tag">${severity}</span> <strong>${name}</strong> <span>${rule}${subject !== '' && `: ${subject}`}</span>${silenced && html` <em>silenced</em>`} <time>since ${ago(sinceUs, nowUs)}</time></p><p>${text}</p></li>`,
  )}</ul>`;
}
