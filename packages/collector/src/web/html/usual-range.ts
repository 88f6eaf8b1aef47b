import { significant } from '@nestwatch/common/quantities';
import type { NodeView } from '../view/view.ts';
import { SIGNS } from './chips.ts';
import { type Html, html } from './html.ts';

const SOURCES: Readonly<Record<string, string>> = {
  observatory: 'counted by the observatory for this pair of kernels',
  'own history': 'from its own history',
};

/** "usual: 5.97 to 7.46" below a machine's exit amplification, and how that is known; why it is not, for who points at it. */
export function usualRange({ amplification }: Pick<NodeView, 'amplification'>): Html | false {
  if (amplification === undefined || amplification.usualFrom === '') return false;
  const { value, usual, usualFrom } = amplification;
  const source = SOURCES[usualFrom] ?? usualFrom;
  if (usual === undefined) return html`<dd class="usual" title="${source}">nothing to compare with</dd>`;
  const isAbove = value > usual.high;
  const text = `usual: ${significant(usual.low)} to ${significant(usual.high)}`;
  return html`<dd class="usual${isAbove && ' above'}" title="${source}">${isAbove && html`<span aria-hidden="true">${SIGNS.warn}</span> above `}${text}</dd>`;
}
