import { groupBy } from '@nestwatch/common/group-by';
import { formatDuration } from '@nestwatch/common/quantities';
import { median } from '@nestwatch/common/statistics';
import type { LabChange } from '../../analysis/changes/changes.ts';
import { kindText } from '../../analysis/changes/text.ts';
import type { Point } from '../../read/cells.ts';
import { type LabAddress, pathOf } from '../address/lab-address.ts';
import { type Html, html } from '../html/html.ts';
import type { ChangesPart } from '../html/lab-changes.ts';
import { plainTable } from '../html/layout.ts';
import { listedShort } from '../html/listed.ts';
import { figureOf } from '../view/figures.ts';
import { ladderMetrics, type ShownMetric, showMetric, slowdownMetric } from '../view/metrics.ts';
import type { LabView, NodeView } from '../view/view.ts';
import { type ChartMark, type LineChart, lineChart } from './line-chart.ts';

/** Up to this many machines have a line each; of more, layers have one, and the greatest machines. */
const MOST_LINES = 8;
const GREATEST = 4;
/** What happened within such a part of the width is one mark. */
const MARK_SHARE = 1 / 30;
const MARKED: readonly LabChange['kind'][] = [
  'alert',
  'alert over',
  'upgraded',
  'restarted',
  'silent',
  'slower',
];

/** The chosen figure over the span that is shown, with marks for what happened; drawing over it with the pointer zooms in. */
export function overTime(view: LabView, address: LabAddress, changes: ChangesPart): Html {
  const chosen = figureOf(address.show).metric;
  const isSmall = view.nodes.length <= MOST_LINES;
  const metrics = isSmall ? [slowdownMetric, ...ladderMetrics] : chosen === undefined ? [] : [chosen];
  if (metrics.length === 0) {
    return html`<p class="empty">${figureOf(address.show).title} has no chart: choose another figure.</p>`;
  }
  const drawnFromUs = startOf(view, metrics);
  const marks = marksOf({ ...view, fromUs: drawnFromUs }, changes);
  const drawn = metrics.flatMap((metric) => figure(view, metric, marks, drawnFromUs));
  if (drawn.length === 0) return html`<p class="empty">No values in ${spanText(view)}.</p>`;
  const zoom = pathOf(address, { from: undefined, to: undefined });
  return html`<div class="figures zoom" data-zoom="${zoom}" data-from="${Math.round(drawnFromUs / 1e6)}" data-to="${Math.round(view.nowUs / 1e6)}">${drawn}</div>${markTable(view, marks)}`;
}

/** A lab that is younger than the span fills the width with what there is. */
function startOf({ nodes, fromUs, nowUs }: LabView, metrics: readonly ShownMetric[]): number {
  const firsts = nodes.flatMap(({ metrics: own }) =>
    metrics.flatMap(({ key }) => own[key]?.points[0]?.atUs ?? []),
  );
  const firstUs = firsts.reduce((least, us) => Math.min(least, us), nowUs);
  return Math.max(fromUs, Math.min(firstUs, nowUs - 60e6));
}

function figure(view: LabView, metric: ShownMetric, marks: readonly LabMark[], fromUs: number): Html[] {
  const { nowUs: toUs } = view;
  const lines = linesOf(view.nodes, metric);
  if (lines.length === 0) return [];
  const { key, title, meaning } = metric;
  const scale = key === 'exit' || key === 'timer' ? 'log' : 'linear';
  const show = (value: number) => showMetric(metric, value);
  const chart: LineChart = {
    title,
    lines,
    fromUs,
    toUs,
    scale,
    show,
    marked: key === slowdownMetric.key,
    marks,
  };
  return [
    html`<figure class="figure"><figcaption><h3 class="words">${title}: ${meaning}, ${spanText(view)}</h3></figcaption>${lineChart(chart)}</figure>`,
  ];
}

function spanText({ fromUs, nowUs, isLive }: LabView): string {
  const length = formatDuration((nowUs - fromUs) / 1e6);
  return isLive ? `the last ${length}` : `these ${length}`;
}

/** A line for each machine, or the middle of each layer with the machines that are highest now. */
function linesOf(nodes: readonly NodeView[], { key }: ShownMetric): LineChart['lines'] {
  const own = nodes.flatMap(({ name, layer, metrics }) => {
    const found = metrics[key];
    return found === undefined ? [] : [{ name, layer, points: found.points, last: found.last }];
  });
  if (own.length <= MOST_LINES) return own;
  const greatest = [...own].sort((a, b) => b.last - a.last).slice(0, GREATEST);
  const layers = [...groupBy(own, ({ layer }) => layer)]
    .sort(([a = Infinity], [b = Infinity]) => a - b)
    .map(([layer, alike]) => ({
      name: `L${layer ?? '?'} median`,
      layer,
      points: middle(alike.map(({ points }) => points)),
    }));
  return [...layers, ...greatest];
}

/** The median of several series at each of their times. */
function middle(series: readonly (readonly Point[])[]): Point[] {
  const byTime = groupBy(series.flat(), ({ atUs }) => atUs);
  return [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([atUs, points]) => ({ atUs, value: median(points.map(({ value }) => value)) }));
}

interface LabMark extends ChartMark {
  readonly names: readonly string[];
  readonly what: string;
}

/** What happened in the span, under numbers that the table below the charts explains. */
function marksOf(view: LabView, changes: ChangesPart): LabMark[] {
  if ('unreadable' in changes) return [];
  const { fromUs, nowUs } = view;
  const dated = changes.changes.filter(
    ({ kind, atUs = 0 }) => MARKED.includes(kind) && atUs >= fromUs && atUs <= nowUs,
  );
  const stepUs = (nowUs - fromUs) * MARK_SHARE;
  const groups = groupBy(dated, ({ kind, what, atUs = 0 }) => `${kind} ${what} ${Math.floor(atUs / stepUs)}`);
  return [...groups.values()]
    .sort(([a], [b]) => (a?.atUs ?? 0) - (b?.atUs ?? 0))
    .flatMap((alike, at): LabMark[] => {
      const [first] = alike;
      if (first === undefined) return [];
      const names = [...new Set(alike.map(({ name }) => name))];
      const what = `${kindText(first)}: ${first.what}`;
      const description = `${listedShort(names)} ${what}`;
      return [{ atUs: first.atUs ?? 0, label: String(at + 1), layer: first.layer, description, names, what }];
    });
}

function markTable({ nowUs }: LabView, marks: readonly LabMark[]): Html | false {
  const rows = marks.map(
    ({ label, atUs, names, what }) =>
      html`<tr><td class="number">${label}</td><td>${formatDuration(Math.max(0, nowUs - atUs) / 1e6)} before its end</td><th scope="row">${listedShort(names)}</th><td>${what}</td></tr>`,
  );
  return (
    marks.length > 0 &&
    html`<details class="more" id="marks"><summary>What the dashed lines are</summary>${plainTable(['No.', 'When', 'Machine', 'What'], rows)}</details>`
  );
}
