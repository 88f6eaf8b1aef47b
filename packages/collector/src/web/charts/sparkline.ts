import { type Html, html } from '../html/html.ts';
import type { MetricView } from '../view/view.ts';

const WIDTH = 120;
const HEIGHT = 28;
const PAD = 2;
const MINUTE_US = 60e6;
/** Share of the width without a value from which it is a hole. */
const HOLE = 1 / 24;

/**
 * A small line over a span, from zero, without axes: its neighbour says the value. Where values are missing there is a
 * hole.
 * @param description for those who cannot see it.
 */
export function sparkline(
  { points }: MetricView,
  description: string,
  { fromUs, nowUs }: { readonly fromUs: number; readonly nowUs: number },
): Html {
  // A machine that is younger fills the width with what there is.
  const spanUs = Math.min(nowUs - fromUs, Math.max(MINUTE_US, nowUs - (points[0]?.atUs ?? nowUs)));
  const high = Math.max(...points.map(({ value }) => value), Number.MIN_VALUE);
  const x = (atUs: number) =>
    round(PAD + (1 - Math.min(1, Math.max(0, (nowUs - atUs) / spanUs))) * (WIDTH - 2 * PAD));
  const y = (value: number) => round(HEIGHT - PAD - (Math.max(0, value) / high) * (HEIGHT - 2 * PAD));
  const base = HEIGHT - PAD;
  const drawn = points.map(({ atUs, value }) => ({ atUs, x: x(atUs), at: `${x(atUs)} ${y(value)}` }));
  const runs = split(drawn, (nowUs - fromUs) * HOLE);
  const line = runs
    .map((run) => `M${run.map(({ at }) => at).join('L')}${run.length === 1 ? 'h0.1' : ''}`)
    .join('');
  const area = runs.map(
    (run) => `M${run[0]?.x} ${base}L${run.map(({ at }) => at).join('L')}L${run.at(-1)?.x} ${base}Z`,
  );
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}" preserveAspectRatio="none"><path class="spark-base" d="M${PAD} ${HEIGHT - PAD}H${WIDTH - PAD}"/><path class="spark-area" d="${area.join('')}"/><path class="spark-line" d="${line}"/></svg>`;
}

/** Cuts where more than this many µs are missing. */
function split<T extends { atUs: number }>(points: readonly T[], holeUs: number): T[][] {
  const runs: T[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    if (run === undefined || point.atUs - (run.at(-1)?.atUs ?? 0) > holeUs) runs.push([point]);
    else run.push(point);
  }
  return runs;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
