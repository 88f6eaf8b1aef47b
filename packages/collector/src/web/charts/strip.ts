import { type Html, html } from '../html/html.ts';
import { logScale } from './scale.ts';
import { shortName } from './short-name.ts';
import { round } from './sparkline.ts';

/** One row: a machine, and what it measured. */
export interface StripRow {
  readonly name: string;
  readonly layer: number | undefined;
  /** Seconds for one unit, or whatever `show` reads; positive. */
  readonly values: readonly number[];
  readonly middle: number;
  /** Right of the row: how it compares with the parent. */
  readonly note?: string | undefined;
}

interface Strip {
  readonly title: string;
  readonly rows: readonly StripRow[];
  readonly show: (value: number) => string;
  /** What it means to be further to the right. */
  readonly more?: string;
}

const WIDTH = 640;
const ROW = 34;
const LEFT = 128;
/** Room for "1.29 GB/s ×12.3" in the letters that a phone needs. */
const RIGHT = 190;
const TOP = 6;

/** Every result as a dot, the median as a bar, one row for each machine: the article's ellipses. Logarithmic. */
export function stripChart({ title, rows, show, more = 'slower →' }: Strip): Html {
  const height = TOP + rows.length * ROW + 26;
  const scale = logScale(
    rows.flatMap(({ values, middle }) => [...values, middle]),
    LEFT + 10,
    WIDTH - RIGHT - 10,
  );
  const bottom = TOP + rows.length * ROW;
  const summary = rows.map(
    ({ name, middle, note }) => `${name} ${show(middle)}${note === undefined ? '' : `, ${note}`}`,
  );
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}: ${summary.join('; ')}">
${sparse(scale.ticks, scale.at).map(
  (tick) =>
    html`<path class="grid" d="M${round(scale.at(tick))} ${TOP}V${bottom}"/><text class="tick" x="${round(scale.at(tick))}" y="${bottom + 16}" text-anchor="middle">${show(tick)}</text>`,
)}
<text class="axis" x="${WIDTH - 4}" y="${bottom + 16}" text-anchor="end">${more}</text>
${rows.map((row, index) => stripRow(row, TOP + index * ROW + ROW / 2, scale.at, show))}
</svg>`;
}

function stripRow(row: StripRow, y: number, at: (value: number) => number, show: Strip['show']): Html {
  const x = round(at(row.middle));
  return html`<g class="layer-${layerClass(row.layer)}"><text class="row-name" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${shortName(row.name)}</text>
<path class="row-line" d="M${LEFT} ${y}H${WIDTH - RIGHT}"/>
${row.values.map((value) => html`<ellipse class="dot" cx="${round(at(value))}" cy="${y}" rx="5" ry="8"/>`)}
<path class="middle" d="M${x} ${y - 12}V${y + 12}"/>
<text class="row-value" x="${WIDTH - RIGHT + 8}" y="${y + 4}">${show(row.middle)}${row.note !== undefined && html`<tspan class="row-note" dx="6">${row.note}</tspan>`}</text></g>`;
}

/** Labels nearer than this to their neighbour would touch it, px. */
const LABEL_WIDTH = 84;

/** The labels that fit beside each other. */
function sparse(ticks: readonly number[], at: (value: number) => number): number[] {
  const shown: number[] = [];
  for (const tick of ticks) {
    const last = shown.at(-1);
    if (last === undefined || at(tick) - at(last) >= LABEL_WIDTH) shown.push(tick);
  }
  return shown;
}

/** There are six colours; deeper layers start again. */
export function layerClass(layer: number | undefined): string {
  return layer === undefined ? 'unknown' : String(layer % 6);
}
