import { formatAgo, formatDuration, formatFactor } from '@nestwatch/common/quantities';
import { count } from '../../analysis/text.ts';
import type { LabSummary } from '../../read/lab-summaries.ts';
import { titleOf } from '../../read/result.ts';
import { chip } from './chips.ts';
import { type Html, html } from './html.ts';
import { document, type Fragments, plainTable, section } from './layout.ts';
import { listedShort } from './listed.ts';

/** The parts of the page of all labs that change. */
export function labsFragments(labs: readonly LabSummary[], nowUs: number): Fragments {
  return { summary: heading(labs), labs: table(labs, nowUs) };
}

export function labsPage(labs: readonly LabSummary[], nowUs: number): Html {
  const parts = labsFragments(labs, nowUs);
  return document({
    title: 'All labs',
    lab: '',
    labs: labs.map(({ lab }) => lab),
    events: '/events?labs',
    body: html`${section('summary', parts, { label: 'Summary' })}${section('labs', parts, { label: 'Labs' })}`,
  });
}

function heading(labs: readonly LabSummary[]): Html {
  const shared = [...new Set(labs.flatMap((lab) => lab.shared))];
  const machines = labs.reduce((sum, lab) => sum + lab.machines, 0);
  const twice =
    shared.length > 0 &&
    html`<p class="note">${listedShort(shared)} ${shared.length === 1 ? 'is' : 'are'} in several labs under one id, and counted in each. Check for a copied disk or a renamed lab.</p>`;
  return html`<div class="title"><h1>All labs</h1><ul class="summary"><li><strong>${labs.length}</strong> labs</li><li><strong>${machines}</strong> machines</li></ul></div>${twice}`;
}

function table(labs: readonly LabSummary[], nowUs: number): Html {
  const titles = ['Lab', 'State', 'Since', 'Layers', 'Machines', 'Worst slowdown', 'Heard of'];
  return plainTable(
    titles,
    labs.map((lab) => row(lab, nowUs)),
  );
}

function row({ lab, machines, layers, silent, worst, alerts, lastSeenUs }: LabSummary, nowUs: number): Html {
  const isCritical = alerts.some(({ severity }) => severity === 'critical');
  const states = [
    alerts.length > 0 && chip(isCritical ? 'bad' : 'warn', count(alerts.length, 'alert')),
    silent > 0 && chip('bad', `${silent} silent`),
    alerts.length + silent === 0 && chip('good', 'well'),
  ].filter((each) => each !== false);
  const oldestUs = alerts.reduce(
    (oldest, { firedUs }) => Math.min(oldest, firedUs),
    Number.POSITIVE_INFINITY,
  );
  const since = alerts.length === 0 ? '–' : formatDuration((nowUs - oldestUs) / 1e6);
  const slow =
    worst === undefined
      ? '–'
      : html`${worst.slowdown.isSlow && chip('bad', 'slow')} ${formatFactor(worst.slowdown.ratio)} ${worst.name} <small>${titleOf(worst.slowdown)}</small>`;
  return html`<tr><th scope="row"><a href="/lab/${encodeURIComponent(lab)}">${lab}</a></th><td class="chips">${states}</td><td class="number">${since}</td><td class="number">${layersText(layers)}</td><td class="number">${machines}</td><td>${slow}</td><td class="number">${formatAgo(lastSeenUs, nowUs)}</td></tr>`;
}

/** "4", or which there are where one is missing: "3 (1 to 3)". */
function layersText(layers: readonly number[]): string {
  const [first, last] = [layers[0], layers.at(-1)];
  if (first === undefined || last === undefined) return 'not known';
  const isWhole = first === 0 && last === layers.length - 1;
  return isWhole ? String(layers.length) : `${layers.length}: ${layers.join(', ')}`;
}
