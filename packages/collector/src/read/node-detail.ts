import { fieldOf, wordOf } from '@nestwatch/proto/catalogue';
import { CANARY, canaryIn } from './canary.ts';
import { numberIn, textIn } from './cells.ts';
import { readExitTraces } from './exit-traces.ts';
import { readGuests } from './guests.ts';
import { DAY_MS } from './nodes.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';
import { readStandings } from './slowdowns.ts';

const PROBE_STATUS = fieldOf('nestwatch_probe', 'status');

/** What only a node's own page shows. */
export type NodeDetail = Awaited<ReturnType<typeof readNodeDetail>>;

/** Reads the facts and the probes of one node, and how its streams were judged. */
export async function readNodeDetail(store: Reader, lab: string, node: string) {
  const newest = (measurement: string, names: readonly string[], tag: string, spanMs: number) =>
    ask(store, {
      select: fields(...names),
      from: measurement,
      where: [equals('lab', lab), equals('node', node), within(spanMs)],
      by: [tag],
      newest: 1,
    });
  const canaries = ask(store, {
    select: ['*'],
    from: 'nestwatch_benchmark',
    where: [equals('lab', lab), equals('node', node), equals('benchmark', CANARY), within(7 * DAY_MS)],
    by: ['node'],
  });
  const [facts, probes, standings, exits, guests, canary] = await Promise.all([
    newest('nestwatch_fact', ['value', 'reason', 'source'], 'fact', 30 * DAY_MS),
    newest('nestwatch_probe', ['status', 'reason', 'duration_us'], 'probe', DAY_MS),
    readStandings(store, lab, node),
    readExitTraces(store, lab, { node }),
    readGuests(store, lab, node),
    canaries.then(([series]) => canaryIn(series?.rows ?? [])),
  ]);
  return {
    canary,
    guests,
    standings,
    /** Why its guests exit, as traced last. */
    exits,
    facts: facts.map(({ tags: { fact = '' }, rows: [row] }) => ({
      fact,
      value: textIn(row, 'value'),
      reason: textIn(row, 'reason'),
      source: textIn(row, 'source'),
    })),
    probes: probes.map(({ tags: { probe = '' }, rows: [row] }) => ({
      probe,
      state: wordOf(PROBE_STATUS, row?.['status']),
      reason: textIn(row, 'reason'),
      durationUs: numberIn(row, 'duration_us') ?? 0,
    })),
  };
}
