import { slowdown as measurement, SlowdownState } from '@nestwatch/proto';
import { numberIn, timeIn } from './cells.ts';
import { ask, equals, fields, type Reader } from './query.ts';
import type { StreamId } from './result.ts';
import { streamIn } from './results.ts';

/** How a stream of a node compares with what is usual, as it was judged last. */
export interface NewestSlowdown extends StreamId {
  readonly lab: string;
  readonly node: string;
  readonly against: string;
  /** The newest three rounds over what is usual: 2 is twice as slow. */
  readonly ratio: number;
  /** What is usual: times the reference; against its own past, seconds for one unit. Absent while it is learned. */
  readonly usual: number | undefined;
  /** Smallest slowdown that three rounds show. Absent while it is learned. */
  readonly minimumDetectable: number | undefined;
  readonly isSlow: boolean;
  /** When its newest result stands, µs since 1970. */
  readonly atUs: number;
}

/** The newest judgement of each stream and comparison. @param span conditions on time @param lab all labs without */
export async function readNewestSlowdowns(
  store: Reader,
  span: readonly (string | undefined)[],
  lab?: string,
): Promise<NewestSlowdown[]> {
  const series = await ask(store, {
    select: fields('slowdown_ratio', 'usual_ratio', 'minimum_detectable_ratio', 'state'),
    from: measurement.name,
    where: [lab === undefined ? undefined : equals('lab', lab), ...span],
    by: ['lab', 'node', 'benchmark', 'variant', 'target', 'against'],
    newest: 1,
  });
  return series.flatMap(({ tags, rows: [row] }) => {
    const ratio = numberIn(row, 'slowdown_ratio');
    if (ratio === undefined || row === undefined) return [];
    const { lab: ofLab = '', against = '' } = tags;
    return {
      ...streamIn(tags),
      lab: ofLab,
      against,
      ratio,
      usual: numberIn(row, 'usual_ratio'),
      minimumDetectable: numberIn(row, 'minimum_detectable_ratio'),
      isSlow: row['state'] === SlowdownState.SLOW,
      atUs: timeIn(row),
    };
  });
}

/** The comparison with which somebody should judge a node: what is slow before what is not, then the slowest. */
export function worstSlowdown(slowdowns: readonly NewestSlowdown[]): NewestSlowdown | undefined {
  return slowdowns.reduce<NewestSlowdown | undefined>((worst, each) => {
    if (worst === undefined || (each.isSlow && !worst.isSlow)) return each;
    return each.isSlow === worst.isSlow && each.ratio > worst.ratio ? each : worst;
  }, undefined);
}
