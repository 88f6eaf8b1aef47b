import { formatFactor } from '@nestwatch/common/quantities';
import type { ComparedRow, ComparedStream, Comparison } from '../../analysis/compare/comparison.ts';
import { costText, streamTitle } from '../../analysis/compare/text.ts';
import { type ChartMark, lineChart } from '../charts/line-chart.ts';
import { type StripRow, stripChart } from '../charts/strip.ts';
import { type Html, html } from '../html/html.ts';

/** A figure for each stream: what both sides measured, and for one lab when. */
export function comparedCharts(comparison: Comparison): Html {
  const drawn = comparison.streams.flatMap((stream) => figureOf(comparison, stream));
  return drawn.length === 0
    ? html`<p class="empty">There is nothing to draw.</p>`
    : html`<div class="figures">${drawn}</div>`;
}

function figureOf(comparison: Comparison, stream: ComparedStream): Html[] {
  const title = streamTitle(stream);
  const rows = stream.rows.flatMap((row) => [
    ...stripOf(row, row.before, row.name),
    ...stripOf(row, row.after, 'after', row.change && formatFactor(row.change.ratio)),
  ]);
  if (rows.length === 0) return [];
  const show = (value: number) => costText(stream, value);
  return [
    html`<figure class="figure"><figcaption><h3>${title}</h3></figcaption>${stripChart({ title, rows, show })}${overTime(comparison, stream)}</figure>`,
  ];
}

function stripOf(row: ComparedRow, side: ComparedRow['before'], name: string, note?: string): StripRow[] {
  if (side.secondsPerUnit === undefined) return [];
  const values = side.points.map(({ value }) => value);
  return [{ name, layer: row.layer, values, middle: side.secondsPerUnit, note }];
}

/** Both sides as one history, with what changed in the environment: only of one lab. */
function overTime(comparison: Comparison, stream: ComparedStream): Html | false {
  const { before, after } = comparison;
  if (before.lab !== after.lab) return false;
  const lines = stream.rows.map(({ name, layer, before: was, after: is }) => ({
    name,
    layer,
    points: [...was.points, ...is.points].sort((a, b) => a.atUs - b.atUs),
  }));
  const times = lines.flatMap(({ points }) => points.map(({ atUs }) => atUs));
  return lineChart({
    title: `${streamTitle(stream)} over time`,
    lines,
    fromUs: times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    toUs: times.reduce((a, b) => Math.max(a, b), 0),
    scale: 'log',
    show: (value) => costText(stream, value),
    marked: true,
    marks: marksOf(comparison),
  });
}

/** Under the numbers that the table of the environment has. */
function marksOf({ environment }: Comparison): ChartMark[] {
  return environment.flatMap(({ name, layer, property, text, sinceUs }, at) =>
    sinceUs === undefined
      ? []
      : [{ atUs: sinceUs, label: String(at + 1), layer, description: `${name}: ${property} ${text}` }],
  );
}
