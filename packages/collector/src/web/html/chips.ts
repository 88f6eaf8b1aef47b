import { formatAgo, formatFactor } from '@nestwatch/common/quantities';
import { count } from '../../analysis/text.ts';
import type { StoredAlert } from '../../read/alerts.ts';
import { layerText } from '../../read/lab-table.ts';
import { titleOf } from '../../read/result.ts';
import type { Severity } from '../../read/severity.ts';
import { slowest } from '../view/benchmarks.ts';
import type { Tone } from '../view/tone.ts';
import type { NodeView } from '../view/view.ts';
import { type Html, html } from './html.ts';

/** Each tone has a sign and words of its own besides its colour. */
export const SIGNS: Record<Tone, string> = { good: '✓', warn: '!', bad: '✕', plain: '·' };

export function chip(tone: Tone, text: string, title?: string): Html {
  return html`<span class="chip ${tone}"${title !== undefined && html` title="${title}"`}><span aria-hidden="true">${SIGNS[tone]}</span> ${text}</span>`;
}

/** The layer of a machine, as in the lab table; where it is not known, pointing at it says why. */
export function layerBadge({ layer, place }: Pick<NodeView, 'layer' | 'place'>): Html {
  const why = layer === undefined && place !== undefined && place.reason !== '' ? place.reason : undefined;
  return html`<span class="badge" title="${why ?? 'layer: 0 is the hypervisor on hardware'}">${layer === undefined ? layerText({ layer, place }) : `L${layer}`}</span>`;
}

/** What a machine is, in a few words: silent, can host, nested, safe to snapshot, warnings, slowdown. */
export function chipsOf(node: NodeView, alerts: readonly StoredAlert[]): Html[] {
  const { can_host: host, nested_enabled: nested, snapshot_safe: safe } = node.capability;
  return [
    node.silent && chip('bad', 'silent', 'it has not reported for three minutes'),
    alertChip(alerts.filter((alert) => alert.node === node.node && alert.severity !== 'info')),
    host === 1 && chip('good', 'can host guests'),
    host === 0 && chip('plain', 'cannot host guests'),
    nested === 1 && chip('good', 'nesting on'),
    nested === 0 && chip('plain', 'nesting off'),
    escapeChip(String(node.capability['open_escapes'] ?? '')),
    safe === 1 && chip('good', 'safe to snapshot'),
    safe === 0 &&
      chip('warn', 'not safe to snapshot', 'guests run in it: stop them before you save or migrate it'),
    countChip('bad', Number(node.capability['failures'] ?? 0), 'failure'),
    countChip('warn', Number(node.capability['warnings'] ?? 0), 'warning'),
    slowChip(node),
  ].filter((each) => each !== false);
}

function alertChip(alerts: readonly StoredAlert[]): Html | false {
  if (alerts.length === 0) return false;
  const tone = alerts.some(({ severity }) => severity === 'critical') ? 'bad' : 'warn';
  const names = alerts.map(({ rule, subject }) => `${rule} ${subject}`.trim());
  return chip(tone, count(alerts.length, 'alert'), names.join(', '));
}

function escapeChip(open: string): Html | false {
  if (open === '' || open === 'none') return false;
  return open === 'unknown'
    ? chip(
        'plain',
        'escapes unclear',
        'its kernel version does not show whether known guest escapes are open',
      )
    : chip('bad', 'known escape', `known guest escapes that are open here: ${open}`);
}

function countChip(tone: Tone, number: number, what: string): Html | false {
  return number > 0 && chip(tone, count(number, what));
}

function slowChip(node: NodeView): Html | false {
  const slow = slowest(node);
  if (slow?.vsParent === undefined) return false;
  const text = `${formatFactor(slow.vsParent)} ${titleOf(slow)}`;
  return chip('plain', text, "time divided by the parent's, in its slowest benchmark");
}

export const ALERT_TONES: Record<Severity, Tone> = { info: 'plain', warning: 'warn', critical: 'bad' };

/** Alerts as a list, the whole story of each. */
export function alertList(alerts: readonly StoredAlert[], nowUs: number): Html {
  return html`<ul class="alerts">${alerts.map(
    ({ severity, name, rule, subject, text, firedUs, silenced }) =>
      html`<li class="alert ${ALERT_TONES[severity]}"><p class="alert-head"><span class="tag">${severity}</span> <strong>${name}</strong> <span>${rule}${subject !== '' && `: ${subject}`}</span>${silenced && html` <em>silenced</em>`} <time>since ${formatAgo(firedUs, nowUs)}</time></p><p>${text}</p></li>`,
  )}</ul>`;
}
