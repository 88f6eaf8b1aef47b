import { catalogue, extremeOf, type Field, type Measurement } from '@nestwatch/proto';

/** What stands for all values of a field in one step. */
export type Aggregate = 'mean' | 'min' | 'max' | 'last';

/**
 * The aggregate that keeps a field's meaning: extremes stay extremes, a counter its height, a state and a text what they
 * were last; all else is averaged.
 */
export function aggregateOf(field: Field): Aggregate {
  if (field.kind === 'text' || field.kind === 'flag') return 'last';
  return field.kind === 'total' ? 'max' : (extremeOf(field) ?? 'mean');
}

/** Fields of a measurement by their aggregate; a field that has none of its kind is left out. */
export function fieldsByAggregate({ fields }: Measurement): Map<Aggregate, string[]> {
  const groups = new Map<Aggregate, string[]>();
  for (const field of fields) {
    const aggregate = aggregateOf(field);
    groups.set(aggregate, [...(groups.get(aggregate) ?? []), field.name]);
  }
  return groups;
}

/** Every measurement is thinned out; those that are rare, such as benchmarks and events, lose nothing by it. */
export const thinned: readonly Measurement[] = catalogue;

/** Name of the database or bucket that holds the thinned-out points of another. */
export function longName(database: string): string {
  return `${database}_long`;
}
