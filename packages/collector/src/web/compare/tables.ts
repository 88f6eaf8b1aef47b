import type { ComparedRow, Comparison, RowVerdict } from '../../analysis/compare/comparison.ts';
import {
  changeText,
  countsText,
  figureText,
  legendOf,
  nodeText,
  notesOf,
  roundsText,
  sideText,
  streamTitle,
} from '../../analysis/compare/text.ts';
import { moment } from '../../analysis/compare/wording.ts';
import { layerClass } from '../charts/strip.ts';
import { chip } from '../html/chips.ts';
import { type Html, html } from '../html/html.ts';
import { plainTable } from '../html/layout.ts';

/** What both sides are, and how many streams became what. */
export function summaryOf(comparison: Comparison): Html {
  const { before, after } = comparison;
  const side = (each: typeof before) => html`<dt>${each.label}</dt><dd>${sideText(each)}</dd>`;
  return html`<dl class="facts">${side(before)}${side(after)}</dl><p><strong>${countsText(comparison)}</strong></p>`;
}

const TONES: Readonly<Record<RowVerdict, 'good' | 'warn' | 'bad' | 'plain'>> = {
  slower: 'bad',
  faster: 'good',
  same: 'plain',
  'too little to tell': 'plain',
  'not compared': 'warn',
};

function verdict({ verdict: found, why }: ComparedRow): Html {
  return html`${chip(TONES[found], found)}${why !== undefined && html` <small>${why}</small>`}`;
}

/** Every stream on every node. */
export function comparedTable(comparison: Comparison): Html {
  const rows = comparison.streams.flatMap((stream) =>
    stream.rows.map(
      (row) =>
        html`<tr class="layer-${layerClass(row.layer)}"><th scope="row">${streamTitle(stream)}</th><td><span class="swatch"></span>${nodeText(row)}</td>
<td class="number">${figureText(stream, row.before)}</td><td class="number">${figureText(stream, row.after)}</td><td class="number">${changeText(row.change)}</td>
<td class="number">${changeText(row.againstParent)}</td><td class="number">${roundsText(row)}</td><td>${verdict(row)}</td></tr>`,
    ),
  );
  if (rows.length === 0) return html`<p class="empty">There is nothing to compare.</p>`;
  const titles = [
    'Benchmark',
    'Machine',
    'Before',
    'After',
    'Times (95 %)',
    'Against parent',
    'Rounds',
    'Verdict',
  ];
  return html`${plainTable(titles, rows)}<p class="intro">${legendOf(comparison)}</p>`;
}

/** What differs, node by node, numbered as in the charts. */
export function environmentTable({ environment }: Comparison): Html {
  if (environment.length === 0) return html`<p class="empty">No known difference.</p>`;
  const rows = environment.map(
    ({ name, layer, property, text, sinceUs }, at) =>
      html`<tr class="layer-${layerClass(layer)}"><td class="number">${at + 1}</td><td><span class="swatch"></span>${name}</td><th scope="row">${property}</th><td>${text}</td><td class="number">${sinceUs === undefined ? '–' : moment(sinceUs)}</td></tr>`,
  );
  return plainTable(['No.', 'Machine', 'What', 'Before → after', 'First seen'], rows);
}

/** What the reader has to know; nothing where there is nothing. */
export function notesList(comparison: Comparison): Html | false {
  const notes = notesOf(comparison);
  return (
    notes.length > 0 &&
    html`<h2>Before you rely on it</h2><ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`
  );
}
