import { formatCost } from '@nestwatch/common/quantities';
import { median } from '@nestwatch/common/statistics';
import type { Report, ReportChange } from '../../analysis/report/report.ts';
import { timeText } from '../../analysis/report/text.ts';
import { layerText } from '../../read/lab-table.ts';
import { streamKey, titleOf } from '../../read/result.ts';
import { isUrgent } from '../../read/verdicts.ts';
import style from '../assets/page.css?raw';
import { benchmarkCharts } from '../charts/benchmark-charts.ts';
import { type LineChart, lineChart } from '../charts/line-chart.ts';
import { layerClass } from '../charts/strip.ts';
import { alertList } from '../html/alerts.ts';
import { Html, html } from '../html/html.ts';
import { plainTable } from '../html/table.ts';
import { type ShownMetric, shownMetrics } from '../view/metrics.ts';
import type { BenchmarkView, LabView, NodeView } from '../view/view.ts';
import { pastAlerts } from './html-alerts.ts';
import { changeTable, marksOf } from './html-changes.ts';

export interface HtmlReport {
  /** Read over the span that the report covers. */
  readonly view: LabView;
  /** What the terminal's report has of the same span. */
  readonly report: Pick<Report, 'changes' | 'alerts'>;
  readonly fromUs: number;
  readonly version: string;
}

/** What the page's style lacks here: nothing moves, tables have words of any length, and paper is white and narrow. */
const REPORT_STYLE = `
body { max-width: 1180px; margin: 0 auto; padding: 20px; }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 3px; background: var(--layer); margin-right: 0.4em; }
table.plain { table-layout: auto; }
table.plain th, table.plain td { overflow-wrap: normal; }
table.plain th, td.number { white-space: nowrap; }
.events li { grid-template-columns: 9.5rem 9rem 1fr; }
.figure h3.words { font-family: inherit; }
td.number { font-variant-numeric: tabular-nums; }
@page { margin: 14mm; }
@media print {
  :root { font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; background: #fff; font-size: 1rem; }
  .figures { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; align-items: start; }
  .figure, .machine, .alert, .verdicts li, .events li, tr { break-inside: avoid; }
  .figure { margin: 0; }
  .matrix td { white-space: nowrap; padding: 0.3rem; }
  .chart text { font-size: 18px; }
  .chart .tick, .chart .axis, .chart .line-name, .chart .mark-name { font-size: 16px; }
  h2 { break-after: avoid; }
}
`;

/** A report as one file: charts as SVG, no script, nothing loaded from anywhere. For mailing, archiving and printing. */
export function htmlReport({ view, report, fromUs, version }: HtmlReport): string {
  const { lab, nodes, alerts, nowUs } = view;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${lab}, ${timeText(nowUs)} · nestwatch</title><style>${new Html(style + REPORT_STYLE)}</style></head>
<body><h1>Lab ${lab}</h1><p class="intro">From ${timeText(fromUs)} to ${timeText(nowUs)} UTC. Made by nestwatch ${version}.</p>
<h2>Layers</h2>${layers(nodes)}
${alerts.length > 0 && html`<h2>Alerts that fire</h2>${alertList(alerts, nowUs)}`}
<h2>Benchmarks</h2><p class="intro">Every result is an ellipse, the median of the last five a bar; × compares it with the parent. All axes are logarithmic.</p>
<div class="figures">${benchmarkCharts(nodes)}</div>
<h2>Benchmarks over time</h2><div class="figures">${histories(view, report.changes, fromUs)}</div>
<h2>Lasting changes</h2>${changeTable(report.changes)}
<h2>Overhead over time</h2><div class="figures">${overhead(view, fromUs)}</div>
<h2>Advice</h2>${advice(nodes)}
<h2>Alerts that are over</h2>${pastAlerts(report.alerts)}
<h2>Events</h2>${events(view)}
</body></html>
`.text;
}

function layers(nodes: readonly NodeView[]): Html {
  const names = new Map(nodes.map(({ node, name }) => [node, name]));
  const metrics = shownMetrics.filter(({ onLadder }) => onLadder);
  const titles = [
    'Layer',
    'Machine',
    'Runs on',
    'Can host',
    'Snapshot safe',
    ...metrics.map(({ title }) => title),
    'Kernel',
    'State',
  ];
  const word = (flag: string | number | undefined) => (flag === undefined ? '–' : flag === 1 ? 'yes' : 'no');
  const rows = nodes.map(
    (node) =>
      html`<tr class="layer-${layerClass(node.layer)}"><td><span class="swatch"></span>${layerText(node)}</td><th scope="row">${node.name}</th>
<td>${names.get(node.parent ?? '') ?? node.parent ?? '–'}</td><td>${word(node.capability['can_host'])}</td><td>${word(node.capability['snapshot_safe'])}</td>
${metrics.map((metric) => html`<td class="number">${middle(node, metric)}</td>`)}
<td>${node.capability['kernel'] ?? '–'}</td><td>${node.silent ? 'silent' : 'reports'}</td></tr>`,
  );
  return html`${plainTable(titles, rows)}<p class="intro">Steal, exit and timer are medians over the span.</p>`;
}

function middle({ metrics }: NodeView, { key, show }: ShownMetric): string {
  const points = metrics[key]?.points ?? [];
  return points.length === 0 ? '–' : show(median(points.map(({ value }) => value)));
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
  return shownMetrics.flatMap(({ key, title, meaning, show }) => {
    const lines = nodes.map(({ name, layer, metrics }) => ({
      name,
      layer,
      points: metrics[key]?.points ?? [],
    }));
    if (lines.every(({ points }) => points.length === 0)) return [];
    const scale = key === 'exit' || key === 'timer' ? 'log' : 'linear';
    return [
      figure(`${title}: ${meaning}`, { title, lines, fromUs, toUs: nowUs, scale, show, marked: false }),
    ];
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

function events({ events: list }: LabView): Html {
  if (list.length === 0) return html`<p class="empty">None.</p>`;
  return html`<ol class="events">${list.map(
    ({ atUs, name, text }) =>
      html`<li><time>${timeText(atUs)}</time> <span class="who">${name}</span> <span>${text}</span></li>`,
  )}</ol>`;
}
