import { type Html, html } from '../html/html.ts';
import type { MetricView } from '../view/view.ts';

const WIDTH = 120;
const HEIGHT = 28;
const PAD = 2;
const MINUTE_US = 60e6;
const HOUR_US = 60 * MINUTE_US;

/**
 * A small line over the last hour, from zero, without axes: its neighbour says the value. A minute without a value
 * leaves a hole.
 * @param description for those who cannot see it.
 */
export function sparkline({ points }: MetricView, description: string, nowUs: number): Html {
  // A machine that is younger than an hour fills the width with what there is.
  const spanUs = Math.min(HOUR_US, Math.max(MINUTE_US, nowUs - (points[0]?.atUs ?? nowUs)));
  const high = Math.max(...points.map(({ value }) => value), Number.MIN_VALUE);
  const x = (atUs: number) =>
    round(PAD + (1 - Math.min(1, Math.max(0, (nowUs - atUs) / spanUs))) * (WIDTH - 2 * PAD));
  const y = (value: number) => round(HEIGHT - PAD - (Math.max(0, value) / high) * (HEIGHT - 2 * PAD));
  const base = HEIGHT - PAD;
  const runs = split(points.map(({ atUs, value }) => ({ atUs, x: x(atUs), at: `${x(atUs)} ${y(value)}` })));
  const line = runs
    .map((run) => `M${run.map(({ at }) => at).join('L')}${run.length === 1 ? 'h0.1' : ''}`)
    .join('');
  const area = runs.map(
    (run) => `M${run[0]?.x} ${base}L${run.map(({ at }) => at).join('L')}L${run.at(-1)?.x} ${base}Z`,
  );
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}" preserveAspectRatio="none"><path class="spark-base" d="M${PAD} ${HEIGHT - PAD}H${WIDTH - PAD}"/><path class="spark-area" d="${area.join('')}"/><path class="spark-line" d="${line}"/></svg>`;
}

/** Cuts where more than two minutes are missing. */
function split<T extends { atUs: number }>(points: readonly T[]): T[][] {
  const runs: T[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    if (run === undefined || point.atUs - (run.at(-1)?.atUs ?? 0) > 150e6) runs.push([point]);
    else run.push(point);
  }
  return runs;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
