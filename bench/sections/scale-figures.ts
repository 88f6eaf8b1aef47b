import { type Figure, quantile } from '../figure.ts';
import type { Observation } from '../support/lag.ts';

/** Agents report so often in this section. */
export const INTERVAL_MS = 10_000;

/** What was measured, in the ids of its figures and in their words. */
export interface Named {
  id: string;
  what: string;
}

/** What one of the servers took. */
export interface Cost {
  /** CPU, of one core. */
  percent: number;
  /** Resident, at the end. */
  bytes: number;
}

export interface Costs {
  collector: Cost;
  nats: Cost;
  influx: Cost;
}

/** What is waited for, when something is. */
export interface Pressure {
  /** CPU that everything on the machine used, of one core: 200 when both of two are taken. */
  busyPercent: number;
  /** Time that InfluxDB took for a request of the collector. */
  requestsMs: readonly number[];
}

/**
 * How soon samples could be queried.
 * @param known lag at worst while all agents start at once, how late the load itself was, and what p99 may be
 */
export function lagFigures(
  { id, what: at }: Named,
  steady: readonly Observation[],
  known: { startMs: number; latenessMs: number; budgetMs?: number },
): Figure[] {
  const lags = windows(steady).map((window) => window.map(({ lagMs }) => lagMs).sort((a, b) => a - b));
  return [
    {
      id: `${id}.p50`,
      what: `${at}: from sample to queryable, half of them within`,
      unit: 'ms',
      values: lags.map((sorted) => quantile(sorted, 0.5)),
    },
    {
      id: `${id}.p99`,
      what: `${at}: from sample to queryable, 99 of 100 within`,
      unit: 'ms',
      values: lags.map((sorted) => quantile(sorted, 0.99)),
      ...(known.budgetMs !== undefined && { budget: { atMost: known.budgetMs } }),
      note: `the load itself was late by ${Math.round(known.latenessMs)} ms at worst`,
    },
    {
      id: `${id}.start`,
      what: `${at}: from sample to queryable at worst, while all of them start at once`,
      unit: 'ms',
      values: [known.startMs],
    },
  ];
}

/** What the servers took meanwhile. */
export function costFigures({ id, what: at }: Named, costs: Costs, pressure: Pressure): Figure[] {
  const { collector, nats, influx } = costs;
  const figures: Figure[] = [
    cpu(`${id}.cpu`, `${at}: CPU of the collector, share of one core`, collector.percent),
    cpu(`${id}.nats-cpu`, `${at}: CPU of NATS`, nats.percent),
    cpu(`${id}.influx-cpu`, `${at}: CPU of InfluxDB`, influx.percent),
    cpu(
      `${id}.busy`,
      `${at}: CPU of the whole machine, the load and the looking included`,
      pressure.busyPercent,
    ),
    resident(`${id}.rss`, `${at}: resident memory of the collector`, collector.bytes),
    resident(`${id}.nats`, `${at}: resident memory of NATS`, nats.bytes),
    resident(`${id}.influx`, `${at}: resident memory of InfluxDB`, influx.bytes),
  ];
  if (pressure.requestsMs.length > 0) {
    const what = `${at}: what InfluxDB took for one request of the collector, medians of 10 s`;
    figures.push({ id: `${id}.request`, what, unit: 'ms', values: pressure.requestsMs });
  }
  return figures;
}

function cpu(id: string, what: string, percent: number): Figure {
  return { id, what, unit: 'percent', values: [percent] };
}

function resident(id: string, what: string, bytes: number): Figure {
  return { id, what, unit: 'bytes', values: [bytes] };
}

/** Observations interval by interval, so that the spread shows; a window with few of them joins its neighbour. */
function windows(observations: readonly Observation[]): Observation[][] {
  const found: Observation[][] = [];
  const first = observations[0]?.atMs ?? 0;
  for (const observation of observations) {
    const at = Math.floor((observation.atMs - first) / INTERVAL_MS);
    const window = found[at] ?? [];
    found[at] = window;
    window.push(observation);
  }
  const full = found.filter((window) => window !== undefined && window.length >= 20);
  if (full.length === 0) throw new Error(`only ${observations.length} samples were seen in steady state`);
  return full;
}
