import { numberIn, timeIn } from './cells.ts';
import { ask, call, equals, type Reader, within } from './query.ts';

/** A value and when it stands, µs since 1970. */
export interface Point {
  readonly atUs: number;
  readonly value: number;
}

export interface SeriesOptions {
  readonly lab: string;
  readonly measurement: string;
  readonly field: string;
  /** How far back is looked, ms. */
  readonly spanMs: number;
  /** Time that one value is the mean of, µs. */
  readonly everyUs: number;
}

/** One quantity over time on every node of a lab that has it, oldest first, by node id. */
export async function readSeries(
  store: Reader,
  { lab, measurement, field, spanMs, everyUs }: SeriesOptions,
): Promise<Map<string, Point[]>> {
  const series = await ask(store, {
    select: [call('mean', field, 'value')],
    from: measurement,
    where: [equals('lab', lab), within(spanMs)],
    by: ['node'],
    everyUs,
  });
  return new Map(
    series.map(({ tags, rows }) => [
      tags['node'] ?? '',
      rows.flatMap((row) => {
        const value = numberIn(row, 'value');
        return value === undefined ? [] : [{ atUs: timeIn(row), value }];
      }),
    ]),
  );
}
