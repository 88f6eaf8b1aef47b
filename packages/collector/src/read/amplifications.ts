import { defined } from '@nestwatch/common/defined';
import { numberIn, type Point, pointsIn, textIn } from './cells.ts';
import { readNewestOfLab } from './newest-points.ts';
import { ask, atLeast, before, call, type Reader, since } from './query.ts';

/** Exit amplification of each node by its parent, oldest first. */
export type AmplificationsOf = (lab: string, node: string, parent: string) => readonly Point[];

/**
 * Reads what exit amplification was from one moment to another, µs since 1970: medians, of those minutes
 * in which guests made enough exits to compare. @throws as Store.query
 */
export async function readAmplifications(
  store: Reader,
  { fromUs, toUs, everyUs, leastExitsPerSecond }: Span,
): Promise<AmplificationsOf> {
  const by = ['lab', 'node', 'parent'];
  const series = await ask(store, {
    select: [call('median', 'amplification', 'value')],
    from: 'nestwatch_exit_amplification',
    where: [since(fromUs), before(toUs), atLeast('own_exits_per_second', leastExitsPerSecond)],
    ...{ by, everyUs },
  });
  const keyOf = (values: readonly string[]) => values.join('\0');
  const found = new Map(
    series.map(({ tags, rows }) => [keyOf(by.map((tag) => textIn(tags, tag))), pointsIn(rows, 'value')]),
  );
  return (...of) => found.get(keyOf(of)) ?? [];
}

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
  /** Length of what one median is of. */
  readonly everyUs: number;
  readonly leastExitsPerSecond: number;
}

/** The newest exit amplification of a machine, and what is usual for it. */
export interface NewestAmplification {
  readonly value: number;
  readonly usual?: { readonly low: number; readonly high: number };
  /** "observatory" or "own history"; without `usual` why there is none. Empty before 0.2. */
  readonly usualFrom: string;
}

/** By node id. @param span conditions on time @throws as Store.query */
export async function readNewestAmplifications(
  store: Reader,
  lab: string,
  span: readonly (string | undefined)[],
): Promise<Map<string, NewestAmplification>> {
  const newest = await readNewestOfLab(store, lab, 'nestwatch_exit_amplification', span);
  return new Map(
    [...newest].flatMap(([node, row]) => {
      const [value, low, high] = ['amplification', 'usual_low', 'usual_high'].map((name) =>
        numberIn(row, name),
      );
      if (value === undefined) return [];
      const usual = low === undefined || high === undefined ? undefined : { low, high };
      return [[node, defined({ value, usual, usualFrom: textIn(row, 'usual_from') })] as const];
    }),
  );
}
