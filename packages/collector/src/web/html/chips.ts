import { formatFactor } from '@nestwatch/common/quantities';
import type { StoredAlert } from '../../read/alerts.ts';
import { titleOf } from '../../read/result.ts';
import { slowest } from '../view/benchmarks.ts';
import type { NodeView } from '../view/view.ts';
import { type Html, html } from './html.ts';

/** How a chip looks. Each has a sign and words of its own besides its colour. */
type Tone = 'good' | 'warn' | 'bad' | 'plain';
const SIGNS: Record<Tone, string> = { good: '✓', warn: '!', bad: '✕', plain: '·' };

export function chip(tone: Tone, text: string, title?: string): Html {
  return html`<span class="chip ${tone}"${title !== undefined && html` title="${title}"`}><span aria-hidden="true">${SIGNS[tone]}</span> ${text}</span>`;
}

/** What a machine is, in a few words: silent, can host, nested, safe to snapshot, warnings, slowdown. */
export function chipsOf(node: NodeView, alerts: readonly StoredAlert[]): Html[] {
  const { capability } = node;
  const chips: Html[] = [];
  if (node.silent) chips.push(chip('bad', 'silent', 'nothing came from it for three minutes'));
  const own = alerts.filter((alert) => alert.node === node.node && alert.severity !== 'info');
  if (own.length > 0) {
    const tone = own.some(({ severity }) => severity === 'critical') ? 'bad' : 'warn';
    chips.push(
      chip(
        tone,
        plural(own.length, 'alert'),
        own.map(({ rule, subject }) => `${rule} ${subject}`.trim()).join(', '),
      ),
    );
  }
  const host = capability['can_host'];
  if (host !== undefined)
    chips.push(host === 1 ? chip('good', 'can host guests') : chip('plain', 'cannot host guests'));
  const nested = capability['nested_enabled'];
  if (nested !== undefined)
    chips.push(nested === 1 ? chip('good', 'nesting on') : chip('plain', 'nesting off'));
  const safe = capability['snapshot_safe'];
  if (safe === 1) chips.push(chip('good', 'safe to snapshot'));
  if (safe === 0) {
    chips.push(
      chip('warn', 'not safe to snapshot', 'guests run in it: stop them before saving or migrating it'),
    );
  }
  const failures = Number(capability['failures'] ?? 0);
  const warnings = Number(capability['warnings'] ?? 0);
  if (failures > 0) chips.push(chip('bad', plural(failures, 'failure')));
  if (warnings > 0) chips.push(chip('warn', plural(warnings, 'warning')));
  const slow = slowest(node);
  if (slow?.vsParent !== undefined) {
    chips.push(
      chip(
        'plain',
        `${formatFactor(slow.vsParent)} ${titleOf(slow)}`,
        'time against the parent, where it is slowest',
      ),
    );
  }
  return chips;
}

export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
