import { formatAgo } from '@nestwatch/common/quantities';
import { type LabAddress, pathOf, queryOf } from '../address/lab-address.ts';
import { labCharts } from '../charts/lab-charts.ts';
import { overTime } from '../charts/over-time.ts';
import { spanChooser } from '../overview/choosers.ts';
import { overview } from '../overview/overview.ts';
import type { LabView } from '../view/view.ts';
import { adviceList } from './advice.ts';
import { type Html, html } from './html.ts';
import { isGrave, labAlerts } from './lab-alerts.ts';
import { type ChangesPart, labChanges } from './lab-changes.ts';
import { document, type Fragments, section } from './layout.ts';
import { opened } from './opened.ts';
import { spanForm } from './span-form.ts';
import { spanNotes } from './span-notes.ts';

const CHARTS_INTRO =
  'Every result of the last 30 days is an ellipse, and the median of the last five is a bar. × compares it with the parent. All axes are logarithmic.';

/** All that a lab's page shows. */
export interface LabPart {
  readonly view: LabView;
  readonly address: LabAddress;
  readonly changes: ChangesPart;
  /** What of the address could not be followed. */
  readonly problems: readonly string[];
}

/** The parts of a lab's page that change, by the id of the element that holds each. */
export function labFragments({ view, address, changes, problems }: LabPart): Fragments {
  return {
    summary: summary(view, address, problems),
    changes: labChanges(view, address, changes),
    alerts: labAlerts(view),
    cascade: overview(view, address),
    opened: opened(view, address),
    advice: adviceList(view),
    time: overTime(view, address, changes),
    charts: labCharts(view),
    events: events(view),
  };
}

export function labPage(part: LabPart): Html {
  const { view, address } = part;
  return framed(address, labFragments(part), view.labs, view.isLive);
}

/** The same without anything in it, where InfluxDB is slow: the script fills it in; without one it is loaded again. */
export function waitingPage(address: LabAddress): Html {
  const { lab, node } = address;
  const text = html`<div class="title"><h1>${lab}</h1></div><p class="note" role="status">InfluxDB has not answered for some seconds. The page updates when it does.</p>`;
  if (node === undefined) return framed(address, { summary: text }, [], true);
  const head = html`<meta http-equiv="refresh" content="5">`;
  return document({ title: node, lab, labs: [], head, body: text });
}

function framed(address: LabAddress, parts: Fragments, labs: readonly string[], isLive: boolean): Html {
  const { lab } = address;
  return document({
    title: lab,
    lab,
    labs,
    ...(isLive && { events: `/events?${queryOf(address, { lab })}` }),
    body: html`${section('summary', parts, { label: 'Summary' })}
${spanForm(address)}
${section('changes', parts, { label: 'What is different', live: true })}
${section('alerts', parts, { label: 'Alerts', live: true })}
${section('cascade', parts, { label: 'The cascade' })}
${section('opened', parts, { label: 'Opened machine' })}
${section('advice', parts, { heading: 'Advice' })}
${section('time', parts, { heading: 'Over time' })}
${section('charts', parts, { heading: 'Benchmarks', intro: CHARTS_INTRO })}
${section('events', parts, { heading: 'Events' })}`,
  });
}

function summary(view: LabView, address: LabAddress, problems: readonly string[]): Html {
  const { nodes, alerts: firing, lab } = view;
  const silent = nodes.filter((node) => node.silent).length;
  const hosts = nodes.filter(({ capability }) => capability['can_host'] === 1).length;
  const grave = firing.filter(isGrave).length;
  const layers = new Set(nodes.flatMap(({ layer }) => layer ?? [])).size;
  const figure = (value: number | string, what: string, tone = '') =>
    html`<li class="${tone}"><strong>${value}</strong> ${what}</li>`;
  return html`<div class="title"><h1>${lab}</h1><ul class="summary">
${figure(nodes.length, nodes.length === 1 ? 'machine' : 'machines')}
${figure(layers, layers === 1 ? 'layer' : 'layers')}
${figure(hosts, 'can host guests')}
${figure(silent, 'silent', silent > 0 ? 'bad' : '')}
${figure(grave, grave === 1 ? 'alert' : 'alerts', grave > 0 ? 'bad' : '')}</ul></div>
<div class="seen-how">${spanChooser(address)}<a href="${comparePath(address, view)}">Compare two times, kernels or labs →</a>${!view.isLive && html`<a href="${pathOf(address, { from: undefined, to: undefined })}" data-view>Back to now →</a>`}</div>
${spanNotes(view, problems)}`;
}

/** What is shown against as long a time before it. */
function comparePath({ lab, span, from }: LabAddress, { fromUs, nowUs }: LabView): string {
  const path = `/lab/${encodeURIComponent(lab)}/compare`;
  const hours = Math.round((nowUs - fromUs) / 3600e6);
  // In less there are hardly rounds to be compared.
  if (hours < 24) return path;
  const before = from === undefined ? span : new Date(fromUs / 1000).toISOString().slice(0, 19);
  return `${path}?${new URLSearchParams({ before, span: `${hours}h` })}`;
}

function events({ events: list, nowUs, isLive }: LabView): Html {
  if (list.length === 0) {
    return html`<p class="empty">Nothing happened in ${isLive ? 'the last seven days' : 'this time'}.</p>`;
  }
  return html`<ol class="events">${list.map(
    ({ atUs, name, layer, text }) =>
      html`<li><time datetime="${new Date(atUs / 1000).toISOString()}">${formatAgo(atUs, nowUs)}</time> <span class="who">${layer !== undefined && `L${layer} `}${name}</span> <span>${text}</span></li>`,
  )}</ol>`;
}
