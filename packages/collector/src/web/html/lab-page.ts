import { formatAgo } from '@nestwatch/common/quantities';
import { count } from '../../analysis/text.ts';
import type { StoredAlert } from '../../read/alerts.ts';
import { benchmarkFigures } from '../charts/benchmark-charts.ts';
import type { LabView } from '../view/view.ts';
import { cascade } from './cascade.ts';
import { alertList } from './chips.ts';
import { type Html, html } from './html.ts';
import { document, type Fragments, section } from './layout.ts';

const CHARTS_INTRO =
  'Every result of the last 30 days is an ellipse, the median of the last five a bar; × compares it with the parent. All axes are logarithmic.';

/** The parts of a lab's page that change, by the id of the element that holds each. */
export function labFragments(view: LabView): Fragments {
  return {
    summary: summary(view),
    alerts: alerts(view),
    cascade: cascade(view),
    charts: benchmarkFigures(view.nodes, 'No benchmark has run yet.'),
    events: events(view),
  };
}

export function labPage(view: LabView): Html {
  const parts = labFragments(view);
  return document({
    title: view.lab,
    lab: view.lab,
    labs: view.labs,
    events: `/events?lab=${encodeURIComponent(view.lab)}`,
    body: html`${section('summary', parts, { label: 'Summary' })}
${section('alerts', parts, { label: 'Alerts', live: true })}
${section('cascade', parts, { heading: 'The cascade' })}
${section('charts', parts, { heading: 'Benchmarks', intro: CHARTS_INTRO })}
${section('events', parts, { heading: 'Events' })}`,
  });
}

function summary({ nodes, alerts: firing, lab }: LabView): Html {
  const silent = nodes.filter((node) => node.silent).length;
  const hosts = nodes.filter(({ capability }) => capability['can_host'] === 1).length;
  const grave = firing.filter(isGrave).length;
  const layers = new Set(nodes.map(({ layer }) => layer)).size;
  const figure = (value: number | string, what: string, tone = '') =>
    html`<li class="${tone}"><strong>${value}</strong> ${what}</li>`;
  return html`<h1>${lab}</h1><p class="back"><a href="/lab/${encodeURIComponent(lab)}/compare">Compare two times, kernels or labs →</a></p><ul class="summary">
${figure(nodes.length, nodes.length === 1 ? 'machine' : 'machines')}
${figure(layers, layers === 1 ? 'layer' : 'layers')}
${figure(hosts, 'can host guests')}
${figure(silent, 'silent', silent > 0 ? 'bad' : '')}
${figure(grave, grave === 1 ? 'alert' : 'alerts', grave > 0 ? 'bad' : '')}</ul>`;
}

/** What is for information only, such as a guest that is in use, is folded: a lab that is well always has some. */
function alerts({ alerts: firing, nowUs }: LabView): Html {
  const grave = firing.filter(isGrave);
  const notes = firing.filter((alert) => !isGrave(alert));
  return html`${grave.length > 0 && html`<h2>${count(grave.length, 'alert')}</h2>${alertList(grave, nowUs)}`}
${notes.length > 0 && html`<details class="more" id="notes"><summary>${notes.length} for information</summary>${alertList(notes, nowUs)}</details>`}`;
}

function isGrave({ severity }: StoredAlert): boolean {
  return severity !== 'info';
}

function events({ events: list, nowUs }: LabView): Html {
  if (list.length === 0) return html`<p class="empty">Nothing happened in the last seven days.</p>`;
  return html`<ol class="events">${list.map(
    ({ atUs, name, layer, text }) =>
      html`<li><time datetime="${new Date(atUs / 1000).toISOString()}">${formatAgo(atUs, nowUs)}</time> <span class="who">${layer !== undefined && `L${layer} `}${name}</span> <span>${text}</span></li>`,
  )}</ol>`;
}
