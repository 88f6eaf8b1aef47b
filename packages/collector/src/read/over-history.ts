import { messageOf, PermanentError, RetryableError } from '@nestwatch/common/errors';
import { timeIn } from './cells.ts';
import { ask, before, call, equals, type HistoryReader, type Reader } from './query.ts';

/** What of a span only thinned-out points tell. Times are µs since 1970. */
export interface Thinned {
  /** Before this moment only thinned-out points are kept. Absent where all are. */
  readonly untilUs?: number;
  /** Why thinned-out points could not be read. */
  readonly unreadable?: string;
}

interface Over<T> {
  readonly lab: string;
  /** The span, and the same as conditions on time. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly span: readonly string[];
  /** A hole of this length at its start is none, µs. */
  readonly everyUs: number;
  read(store: Reader, span: readonly string[]): Promise<T>;
  isEmpty(found: T): boolean;
  join(older: T, newer: T): T;
}

/**
 * Reads something of a lab over a span: every point where they are still kept, thinned-out ones before.
 * @throws as Store.query, but for what concerns thinned-out points alone
 */
export async function overHistory<T>(
  store: HistoryReader,
  { lab, fromUs, toUs, span, everyUs, read, isEmpty, join }: Over<T>,
): Promise<{ readonly found: T; readonly thinned: Thinned }> {
  const [newer, keptUs] = await Promise.all([read(store, span), keptFromUs(store, lab, span)]);
  if ((keptUs ?? toUs) - fromUs <= 2 * everyUs) return { found: newer, thinned: {} };
  try {
    const older = await read({ query: store.queryThinned }, [...span, before(keptUs ?? toUs)]);
    if (isEmpty(older)) return { found: newer, thinned: {} };
    return { found: join(older, newer), thinned: { untilUs: keptUs ?? toUs } };
  } catch (error) {
    if (!(error instanceof PermanentError || error instanceof RetryableError)) throw error;
    return { found: newer, thinned: { unreadable: messageOf(error) } };
  }
}

/** From when on all points of a lab are kept in a span; undefined where there are none. */
async function keptFromUs(store: Reader, lab: string, span: readonly string[]): Promise<number | undefined> {
  const [series] = await ask(store, {
    select: [call('first', 'seq')],
    from: 'nestwatch_report',
    where: [equals('lab', lab), ...span],
  });
  return series === undefined ? undefined : timeIn(series.rows[0]);
}
