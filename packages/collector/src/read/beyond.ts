import { beyond } from '@nestwatch/proto';
import { numberIn, textIn, timeIn } from './cells.ts';
import { DAY_MS } from './nodes.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';

/** What a node had more of than it may, since the start of the collector that counted. */
export interface BeyondRow {
  readonly lab: string;
  readonly node: string;
  /** As in the measurement nestwatch_beyond: message, refused, apart, letter, keys, time or thinning. */
  readonly bound: string;
  readonly count: number;
  /** Why, the last time. */
  readonly reason: string;
  /** When it was counted last, µs since 1970. */
  readonly atUs: number;
}

/** What was beyond a bound or a share in the last day, by lab, node and bound; what several collectors counted added up. */
export async function readBeyond(store: Reader, lab?: string): Promise<BeyondRow[]> {
  const series = await ask(store, {
    select: fields(...beyond.fields.map(({ name }) => name)),
    from: beyond.name,
    where: [within(DAY_MS), lab === undefined ? undefined : equals('lab', lab)],
    by: ['*'],
    newest: 1,
  });
  // A node has other tags once it has another name or layer; each collector counts on, so its newest count is all.
  const newest = new Map<string, BeyondRow & { collector: string }>();
  for (const { tags, rows } of series) {
    const { lab: ofLab = '', node = '', bound = '', collector = '' } = tags;
    const [row] = rows;
    const found = { lab: ofLab, node, bound, collector, reason: textIn(row, 'reason'), atUs: timeIn(row) };
    const key = [ofLab, node, bound, collector].join(' ');
    if ((newest.get(key)?.atUs ?? 0) < found.atUs)
      newest.set(key, { ...found, count: numberIn(row, 'count') ?? 0 });
  }
  const sums = new Map<string, BeyondRow>();
  for (const { collector: _, ...row } of newest.values()) {
    const key = [row.lab, row.node, row.bound].join(' ');
    const other = sums.get(key);
    const later = other !== undefined && other.atUs > row.atUs ? other : row;
    sums.set(key, { ...later, count: row.count + (other?.count ?? 0) });
  }
  return [...sums.values()].sort(
    (a, b) => a.lab.localeCompare(b.lab) || a.node.localeCompare(b.node) || a.bound.localeCompare(b.bound),
  );
}
