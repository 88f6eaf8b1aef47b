import { textIn, timeIn } from './cells.ts';
import { ask, equals, fields, type Reader } from './query.ts';

/** One fact of a node as it was reported at a moment, µs since 1970. */
export interface ToldFact {
  readonly node: string;
  readonly fact: string;
  readonly timeUs: number;
  /** Lists are joined by spaces. */
  readonly value: string;
}

/** Reported values of some facts, oldest first. @param where from `since` and the like @throws as Store.query */
export async function readFacts(
  store: Reader,
  facts: readonly string[],
  where: readonly string[],
): Promise<ToldFact[]> {
  const any = `(${facts.map((fact) => equals('fact', fact)).join(' OR ')})`;
  const series = await ask(store, {
    select: fields('value'),
    from: 'nestwatch_fact',
    where: [...where, any],
    by: ['node', 'fact'],
  });
  return series
    .flatMap(({ tags: { node = '', fact = '' }, rows }) =>
      rows.map((row) => ({ node, fact, timeUs: timeIn(row), value: textIn(row, 'value') })),
    )
    .filter(({ value }) => value !== '')
    .sort((a, b) => a.timeUs - b.timeUs);
}
