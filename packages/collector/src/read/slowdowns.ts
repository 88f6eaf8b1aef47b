import { defined } from '@nestwatch/common/defined';
import { slowdown as measurement } from '@nestwatch/proto';
import { numberIn } from './cells.ts';
import { DAY_MS } from './nodes.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';
import type { StreamId } from './result.ts';

/** How one comparison of a stream was judged last, as nestwatch_slowdown has it. */
export interface StoredStanding extends StreamId {
  readonly against: string;
  /** Spread of one round around the usual, as a ratio above 1; absent while it is learned. */
  readonly spread?: number;
  /** Smallest slowdown that three rounds show in 95 of 100 cases; absent while it is learned. */
  readonly minimumDetectable?: number;
}

/** The newest standing of each comparison of a node's streams. @throws as Store.query */
export async function readStandings(store: Reader, lab: string, node: string): Promise<StoredStanding[]> {
  const series = await ask(store, {
    select: fields('spread_ratio', 'minimum_detectable_ratio'),
    from: measurement.name,
    where: [equals('lab', lab), equals('node', node), within(30 * DAY_MS)],
    by: ['benchmark', 'variant', 'target', 'against'],
    newest: 1,
  });
  return series.map(({ tags, rows: [row] }) => {
    const { benchmark = '', variant = '', target = '', against = '' } = tags;
    return defined({
      benchmark,
      variant,
      target,
      against,
      spread: numberIn(row, 'spread_ratio'),
      minimumDetectable: numberIn(row, 'minimum_detectable_ratio'),
    });
  });
}
