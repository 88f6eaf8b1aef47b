import { defined } from '@nestwatch/common/defined';
import { acceptance as measurement } from '@nestwatch/proto';
import { flagIn, textIn, timeIn } from './cells.ts';
import { ask, equals, fields, type Reader, since } from './query.ts';

/** An operator's word that what was measured is the normal, as nestwatch_acceptance has it. */
export interface StoredAcceptance {
  readonly id: string;
  readonly lab: string;
  /** Node id: this one, and what becomes slower below it by that; absent for all. */
  readonly node?: string;
  /** Benchmark, or benchmark with its variant; absent for all. */
  readonly benchmark?: string;
  /** When, µs since 1970 on the collectors' clock: what was measured before counts. */
  readonly atUs: number;
  readonly why: string;
  readonly by: string;
}

/** Acceptances of a lab since a time, µs since 1970, that were not taken back; oldest first. @throws as Store.query */
export async function readAcceptances(
  store: Reader,
  lab: string,
  fromUs: number,
): Promise<StoredAcceptance[]> {
  const series = await ask(store, {
    select: fields('id', 'benchmark', 'why', 'by', 'ended'),
    from: measurement.name,
    where: [equals('lab', lab), since(fromUs)],
    by: ['node'],
  });
  return series
    .flatMap(({ tags: { node = '' }, rows }) =>
      rows
        .filter((row) => flagIn(row, 'ended') !== true)
        .map((row) =>
          defined({
            id: textIn(row, 'id'),
            lab,
            node: node === 'lab' ? undefined : node,
            benchmark: textIn(row, 'benchmark') || undefined,
            atUs: timeIn(row),
            why: textIn(row, 'why'),
            by: textIn(row, 'by'),
          }),
        ),
    )
    .sort((a, b) => a.atUs - b.atUs);
}
