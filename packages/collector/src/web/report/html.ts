import { formatCost, significant } from '@nestwatch/common/quantities';
import { median } from '@nestwatch/common/statistics';
import { GUEST_COLUMNS } from '../../analysis/report/guest-text.ts';
import type { Report, ReportChange, ReportGuest } from '../../analysis/report/report.ts';
import { timeText } from '../../analysis/report/text.ts';
import type { StoredAlert } from '../../read/alerts.ts';
import type { StoredExitTrace } from '../../read/exit-traces.ts';
import { layerText } from '../../read/lab-table.ts';
import { streamKey, titleOf } from '../../read/result.ts';
import { isUrgent } from '../../read/verdicts.ts';
import pageStyle from '../assets/page.css?raw';
import reportStyle from '../assets/report.css?raw';
import { benchmarkCharts } from '../charts/benchmark-charts.ts';
import { type LineChart, lineChart } from '../charts/line-chart.ts';
import { layerClass } from '../charts/strip.ts';
import { alertList } from '../html/chips.ts';
import { Html, html } from '../html/html.ts';
import { plainTable } from '../html/layout.ts';
import { ladderMetrics, type ShownMetric, showMetric, shownMetrics } from '../view/metrics.ts';
import type { BenchmarkView, LabView, NodeView } from '../view/view.ts';
import { changeTable, marksOf } from './html-changes.ts';
import { acceptanceTable, detectionTable } from './html-detections.ts';
import { differencesTable } from './html-differences.ts';

interface HtmlReport {
  /** Read over the span that the report covers. */
  readonly view: LabView;
  /** What the terminal's report has of the same span. */
  readonly report: Pick<
    Report,
    'differences' | 'changes' | 'alerts' | 'detections' | 'acceptances' | 'exits' | 'guests' | 'heldBack'
  >;
  readonly fromUs: number;
  readonly version: string;
}

/** A report as one file: charts as SVG, no script, nothing loaded from anywhere. For mailing, archiving and printing. */
export function htmlReport({ view, report, fromUs, version }: HtmlReport): string {
  const { lab, nodes, alerts, nowUs } = view;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${lab}, ${timeText(nowUs)} · nestwatch</title><style>${new Html(pageStyle + reportStyle)}</style></head>
<body><h1>Lab ${lab}</h1><p class="intro">From ${timeText(fromUs)} to ${timeText(nowUs)} UTC. Made by nestwatch ${version}.</p>
<h2>Different since ${timeText(fromUs)}</h2>${differencesTable(report.differences)}
<h2>Layers</h2>${layers(nodes)}
${alerts.length > 0 && html`<h2>Alerts that fire</h2>${alertList(alerts, nowUs)}`}
<h2>Benchmarks</h2><p class="intro">Every result is an ellipse, and the median of the last five is a bar. × compares it with the parent. All axes are logarithmic.</p>
<div class="figures">${benchmarkCharts(nodes)}</div>
<h2>Benchmarks over time</h2><div class="figures">${histories(view, report.changes, fromUs)}</div>
<h2>Lasting changes</h2>${changeTable(report.changes)}
<h2>Smallest visible slowdowns</h2>${detectionTable(report.detections)}
<h2>Accepted speeds</h2>${acceptanceTable(report.acceptances, nodes)}
<h2>Overhead over time</h2><div class="figures">${overhead(view, fromUs)}</div>
${report.guests.length > 0 && html`<h2>Guests without an agent, seen from outside</h2>${guestsTable(report.guests)}`}
<h2>Why guests exit</h2>${exitsTable(report.exits)}
<h2>Guests limited by their parent</h2>${heldBack(report.heldBack)}
<h2>Advice</h2>${advice(nodes)}
<h2>Alerts that are over</h2>${pastAlerts(report.alerts)}
<h2>Events</h2>${events(view)}
</body></html>
`.text;
}

function layers(nodes: readonly NodeView[]): Html {
  const names = new Map(nodes.map(({ node, name }) => [node, name]));
  const facts = ['Layer', 'Machine', 'Runs on', 'Can host', 'Snapshot safe'];
  const titles = [...facts, ...ladderMetrics.map(({ title }) => title), 'Kernel', 'State'];
  const word = (flag: string | number | undefined) => (flag === undefined ? '–' : flag === 1 ? 'yes' : 'no');
  const rows = nodes.map(
    (node) =>
      html`<tr class="layer-${layerClass(node.layer)}"><td><span class="swatch"></span>${layerText(node)}</td><th scope="row">${node.name}</th>
<td>${names.get(node.parent ?? '') ?? node.parent ?? '–'}</td><td>${word(node.capability['can_host'])}</td><td>${word(node.capability['snapshot_safe'])}</td>
${ladderMetrics.map((metric) => html`<td class="number">${middle(node, metric)}</td>`)}
<td>${node.capability['kernel'] ?? '–'}</td><td>${node.silent ? 'silent' : 'reports'}</td></tr>`,
  );
  return html`${plainTable(titles, rows)}<p class="intro">Steal, exit and timer are medians over the span.</p>`;
}

function middle({ metrics }: NodeView, metric: ShownMetric): string {
  const points = metrics[metric.key]?.points ?? [];
  return points.length === 0 ? '–' : showMetric(metric, median(points.map(({ value }) => value)));
}

/** Benchmarks with at least two results somewhere, as lines. Downloads are in the matrix above. */
function histories({ nodes, nowUs }: LabView, changes: readonly ReportChange[], fromUs: number): Html[] {
  const layerOf = (node: string) => nodes.find((each) => each.node === node)?.layer;
  const kinds = new Map<string, BenchmarkView>();
  for (const benchmark of nodes.flatMap(({ benchmarks }) => benchmarks)) {
    if (benchmark.target === '' && benchmark.results.length > 1) kinds.set(streamKey(benchmark), benchmark);
  }
  return [...kinds].map(([key, { unit, ...kind }]) => {
    const title = titleOf(kind);
    const lines = nodes.map(({ name, layer, benchmarks }) => ({
      name,
      layer,
      points: [...(benchmarks.find((each) => streamKey(each) === key)?.results ?? [])]
        .reverse()
        .map(({ atUs, secondsPerUnit }) => ({ atUs, value: secondsPerUnit })),
    }));
    const show = (value: number) => formatCost(value, unit);
    const marks = marksOf(changes, title, layerOf);
    return figure(title, { title, lines, fromUs, toUs: nowUs, scale: 'log', show, marked: true, marks });
  });
}

function overhead({ nodes, nowUs }: LabView, fromUs: number): Html[] {
  return shownMetrics.flatMap((metric) => {
    const { key, title, meaning } = metric;
    const lines = nodes.map(({ name, layer, metrics }) => ({
      name,
      layer,
      points: metrics[key]?.points ?? [],
    }));
    if (lines.every(({ points }) => points.length === 0)) return [];
    const scale = key === 'exit' || key === 'timer' ? 'log' : 'linear';
    const show = (value: number) => showMetric(metric, value);
    const chart = { title, lines, fromUs, toUs: nowUs, scale, show, marked: false } as const;
    return [figure(`${title}: ${meaning}`, chart)];
  });
}

function figure(caption: string, chart: LineChart): Html {
  return html`<figure class="figure"><figcaption><h3 class="words">${caption}</h3></figcaption>${lineChart(chart)}</figure>`;
}

function advice(nodes: readonly NodeView[]): Html {
  const rows = nodes.flatMap(({ name, verdicts }) =>
    verdicts
      .filter(isUrgent)
      .map(
        ({ rule, summary, advice: what }) =>
          html`<li><strong>${name}</strong> <div><strong>${summary}</strong>${what !== '' && html`<p>${what}</p>`}<code>${rule}</code></div></li>`,
      ),
  );
  return rows.length === 0
    ? html`<p class="empty">Nothing to do.</p>`
    : html`<ul class="verdicts">${rows}</ul>`;
}

function guestsTable(guests: readonly ReportGuest[]): Html {
  const rows = guests.map(
    (guest) => html`<tr>${GUEST_COLUMNS.map(({ value }) => html`<td>${value(guest)}</td>`)}</tr>`,
  );
  return plainTable(
    GUEST_COLUMNS.map(({ title }) => title),
    rows,
  );
}

/** Why guests exit, as traced last within the span. */
function exitsTable(traces: readonly StoredExitTrace[]): Html {
  if (traces.length === 0) return html`<p class="empty">Not traced.</p>`;
  const rows = traces.map(
    ({ atUs, guest, name, exitsPerSecond, summary, nestedSummary }) =>
      html`<tr><td class="number">${timeText(atUs)}</td><th scope="row">${guest}</th><td>${name}</td><td class="number">${significant(exitsPerSecond)}</td><td>${summary}</td><td>${nestedSummary}</td></tr>`,
  );
  return plainTable(['When', 'Guest', 'On', 'Exits a second', 'Reasons', 'Of its own guests'], rows);
}

/** Alerts of the span that are over, newest first. Those that fire stand above, with their whole story. */
function heldBack(guests: Report['heldBack']): Html {
  const rows = guests.map(
    ({ name, guest, how }) => html`<tr><th scope="row">${guest}</th><td>${name}</td><td>${how}</td></tr>`,
  );
  return rows.length === 0
    ? html`<p class="empty">None that their parents report.</p>`
    : plainTable(['Guest', 'Runs on', 'How'], rows);
}

function pastAlerts(alerts: readonly StoredAlert[]): Html {
  const rows = alerts.flatMap(({ firedUs, resolvedUs, severity, name, rule, text, silenced }) =>
    resolvedUs === undefined
      ? []
      : html`<tr><td class="number">${timeText(firedUs)}</td><td class="number">${timeText(resolvedUs)}</td><td>${severity}${silenced && ', silenced'}</td><th scope="row">${name}</th><td>${text} <code>${rule}</code></td></tr>`,
  );
  if (rows.length === 0) return html`<p class="empty">None.</p>`;
  return plainTable(['From', 'To', 'Severity', 'Machine', 'What'], rows);
}

function events({ events: list }: LabView): Html {
  if (list.length === 0) return html`<p class="empty">None.</p>`;
  return html`<ol class="events">${list.map(
    ({ atUs, name, text }) =>
      html`<li><time>${timeText(atUs)}</time> <span class="who">${name}</span> <span>${text}</span></li>`,
  )}</ol>`;
}
