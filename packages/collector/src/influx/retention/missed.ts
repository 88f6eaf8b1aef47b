import { quoteIdentifier } from '../influxql.ts';
import type { Store } from '../store.ts';
import { influxDuration } from './continuous-queries.ts';
import { longName } from './thinning.ts';

/** There is a point of it for each message of each node. */
const MEASUREMENT = 'nestwatch_report';
const FIELD = 'seq';

/**
 * Steps in spans of time for which more nodes have points than thinned-out ones: the server was down when it should have
 * run, or its run failed. Times in µs since 1970; a step is told by its number since 1970.
 * @throws as Store.query
 */
export async function missedSteps(
  store: Store,
  stepMs: number,
  spans: readonly (readonly [fromUs: number, toUs: number])[],
): Promise<number[]> {
  const { store: raw } = store.dialect;
  const missed: number[] = [];
  for (const [fromUs, toUs] of spans) {
    const had = await nodesBySteps(store, raw, stepMs, fromUs, toUs);
    const has = await nodesBySteps(store, longName(raw), stepMs, fromUs, toUs);
    for (const [step, nodes] of had) if (nodes > (has.get(step) ?? 0)) missed.push(step);
  }
  return missed;
}

async function nodesBySteps(store: Store, database: string, stepMs: number, fromUs: number, toUs: number) {
  const step = influxDuration(stepMs);
  const span = `time >= ${fromUs}u AND time < ${toUs}u`;
  const from = `${quoteIdentifier(database)}..${MEASUREMENT}`;
  const each = `SELECT count(${FIELD}) AS points FROM ${from} WHERE ${span} GROUP BY time(${step}), lab, node fill(none)`;
  const all = `SELECT count(points) AS nodes FROM (${each}) WHERE ${span} GROUP BY time(${step}) fill(none)`;
  const rows = (await store.query(all)).flatMap((series) => series.rows);
  return new Map(rows.map(({ time, nodes }) => [Math.round(Number(time) / (stepMs * 1000)), Number(nodes)]));
}
