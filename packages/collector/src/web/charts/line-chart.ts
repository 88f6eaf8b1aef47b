import type { Point } from '../../read/cells.ts';
import { type Html, html } from '../html/html.ts';
import { linearScale, logScale } from './scale.ts';
import { shortName } from './short-name.ts';
import { round } from './sparkline.ts';
import { layerClass } from './strip.ts';

/** A moment to mark beside the lines. */
export interface ChartMark {
  readonly atUs: number;
  /** A few characters, such as the number under which a list explains it. */
  readonly label: string;
  readonly layer: number | undefined;
  /** For those who point at it, or cannot see it. */
  readonly description: string;
}

export interface LineChart {
  readonly title: string;
  readonly lines: readonly {
    readonly name: string;
    readonly layer: number | undefined;
    readonly points: readonly Point[];
  }[];
  readonly fromUs: number;
  readonly toUs: number;
  /** Logarithmic scales leave out what is not above zero. */
  readonly scale: 'linear' | 'log';
  readonly show: (value: number) => string;
  /** Points that come at their own time are marked; values of every interval are a line only. */
  readonly marked: boolean;
  readonly marks?: readonly ChartMark[];
}

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 84;
const RIGHT = 112;
/** Room for the labels of marks. */
const TOP = 24;
const BOTTOM = 26;
const LABEL_WIDTH = 30;

/** Values over time, one line for each machine, named at its end. */
export function lineChart({ title, lines, fromUs, toUs, scale, show, marked, marks = [] }: LineChart): Html {
  const shown = lines
    .map((line) => ({ ...line, points: line.points.filter(({ value }) => scale === 'linear' || value > 0) }))
    .filter(({ points }) => points.length > 0);
  const values = shown.flatMap(({ points }) => points.map(({ value }) => value));
  if (values.length === 0) return html`<p class="empty">No values.</p>`;
  const y = (scale === 'log' ? logScale : linearScale)(values, HEIGHT - BOTTOM, TOP);
  const x = (atUs: number) =>
    round(LEFT + ((atUs - fromUs) / Math.max(1, toUs - fromUs)) * (WIDTH - LEFT - RIGHT));
  const last = shown.map(({ name, points }) => `${name} ${show(points.at(-1)?.value ?? 0)}`);
  const changes = marks.map(({ label, description }) => `; ${label}: ${description}`).join('');
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}, last values: ${last.join('; ')}${changes}">
${spaced(y.ticks.map((value) => ({ value, at: y.at(value) }))).map(
  ({ value, at }) =>
    html`<path class="grid" d="M${LEFT} ${round(at)}H${WIDTH - RIGHT}"/><text class="tick" x="${LEFT - 8}" y="${round(at + 4)}" text-anchor="end">${show(value)}</text>`,
)}
${[0, 0.5, 1].map((share) => {
  const atUs = fromUs + share * (toUs - fromUs);
  const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
  return html`<text class="tick" x="${x(atUs)}" y="${HEIGHT - 8}" text-anchor="${anchor}">${stamp(atUs)}</text>`;
})}
${apart(marks, x).map(
  ({ atUs, label, layer, description, labelAt }) =>
    html`<g class="layer-${layerClass(layer)}"><title>${description}</title><path class="mark" d="M${x(atUs)} ${TOP - 6}V${HEIGHT - BOTTOM}"/><text class="mark-name" x="${labelAt}" y="${TOP - 10}" text-anchor="middle">${label}</text></g>`,
)}
${shown.map(({ layer, points }) => {
  const path = points.map(({ atUs, value }) => `${x(atUs)} ${round(y.at(value))}`);
  return html`<g class="layer-${layerClass(layer)}"><path class="history" d="M${path.join('L')}${path.length === 1 && 'h0.1'}"/>${marked && points.map(({ atUs, value }) => html`<circle class="dot" cx="${x(atUs)}" cy="${round(y.at(value))}" r="3.4"/>`)}</g>`;
})}
${spaced(
  shown
    .map(({ name, layer, points }) => ({ name, layer, at: y.at(points.at(-1)?.value ?? 1) }))
    .sort((a, b) => b.at - a.at),
).map(
  ({ name, layer, at }) =>
    html`<g class="layer-${layerClass(layer)}"><text class="line-name" x="${WIDTH - RIGHT + 6}" y="${round(at + 4)}">${shortName(name)}</text></g>`,
)}</svg>`;
}

/** Marks in their order, labels that would touch pushed to the right. */
function apart(marks: readonly ChartMark[], x: (atUs: number) => number) {
  let free = Number.NEGATIVE_INFINITY;
  return [...marks]
    .sort((a, b) => a.atUs - b.atUs)
    .map((mark) => {
      const labelAt = Math.max(x(mark.atUs), free);
      free = labelAt + LABEL_WIDTH;
      return { ...mark, labelAt };
    });
}

/** Pushes labels apart that would lie upon each other; they come from the bottom up. */
function spaced<T extends { at: number }>(labels: readonly T[]): T[] {
  let free = Number.POSITIVE_INFINITY;
  return [...labels]
    .sort((a, b) => b.at - a.at)
    .map((label) => {
      const at = Math.min(label.at, free);
      free = at - 15;
      return { ...label, at };
    });
}

/** "11-23 04:05", in UTC, so that a mailed report says the same to everybody. */
function stamp(us: number): string {
  return new Date(us / 1000).toISOString().slice(5, 16).replace('T', ' ');
}
