import type { ChangeKind, LabChanges } from '../../analysis/changes/changes.ts';
import { type ChangeLine, changeLines, changesSummary } from '../../analysis/changes/text.ts';
import { moment } from '../../analysis/compare/wording.ts';
import { type LabAddress, pathOf } from '../address/lab-address.ts';
import type { Tone } from '../view/tone.ts';
import type { LabView } from '../view/view.ts';
import { chip } from './chips.ts';
import { type Html, html } from './html.ts';
import { listedShort } from './listed.ts';

/** What is different, or why that is not known. */
export type ChangesPart = LabChanges | { readonly unreadable: string };

/** This many lines are seen at once; the others open. */
const MOST_LINES = 3;

const TONES: Readonly<Partial<Record<ChangeKind, Tone>>> = {
  alert: 'bad',
  silent: 'bad',
  gone: 'warn',
  slower: 'bad',
  capability: 'warn',
  moved: 'warn',
  faster: 'good',
  'alert over': 'good',
  'heard again': 'good',
};

const MOMENTS = [
  { since: '1h', title: 'an hour' },
  { since: '1d', title: 'yesterday' },
  { since: '7d', title: 'a week' },
  { since: '30d', title: '30 days' },
] as const;

/** What is different from yesterday, or since any moment: first on the page. */
export function labChanges(view: LabView, address: LabAddress, changes: ChangesPart): Html {
  if ('unreadable' in changes)
    return html`<p class="problem">Cannot read what changed: ${changes.unreadable}.</p>`;
  const lines = changeLines(changes).map((line) => item(line, view, address));
  const [seen, more] = [lines.slice(0, MOST_LINES), lines.slice(MOST_LINES)];
  return html`<div class="changed-head"><h2>Different since ${moment(changes.sinceUs).slice(5)}: <span>${changesSummary(changes)}</span></h2>${moments(address)}</div>
${changes.notes.map((note) => html`<p class="note">${note}</p>`)}
${seen.length > 0 && html`<ul class="differences">${seen}</ul>`}${more.length > 0 && html`<details class="more" id="more-changes"><summary>${more.length} more</summary><ul class="differences">${more}</ul></details>`}`;
}

function moments(address: LabAddress): Html {
  const { from, to, span, since: asked = from ?? to ?? (span === '1h' ? '1d' : span) } = address;
  const links = MOMENTS.map(
    ({ since, title }) =>
      html`<a href="${pathOf(address, { since })}" data-view${since === asked && html` aria-current="true"`}>${title}</a>`,
  );
  return html`<nav class="chooser" aria-label="Different since"><span>Since</span> ${links}</nav>`;
}

function item({ kind, change, names, what, figure }: ChangeLine, view: LabView, address: LabAddress): Html {
  const isHere = view.nodes.some(({ node }) => node === change.node);
  const [name = ''] = names;
  const who =
    names.length === 1 && isHere
      ? html`<a class="who" href="${pathOf(address, { open: change.node })}" data-view>${name}</a>`
      : html`<strong class="who">${names.length > 1 && `${names.length} machines: `}${listedShort(names)}</strong>`;
  return html`<li>${chip(TONES[change.kind] ?? 'plain', kind)} ${who} <span>${what}</span> <span class="amount">${figure}</span></li>`;
}
