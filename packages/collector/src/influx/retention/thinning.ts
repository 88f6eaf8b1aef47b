import { groupBy } from '@nestwatch/common/group-by';
import { extremeOf, type Field, type Measurement } from '@nestwatch/proto';

/**
 * What stands for all values of a field in one step, so that it keeps its meaning: extremes stay extremes, a counter its
 * height, a state and a text what they were last; all else is averaged.
 */
export function aggregateOf(field: Field): 'mean' | 'min' | 'max' | 'last' {
  if (field.kind === 'text' || field.kind === 'flag') return 'last';
  return field.kind === 'total' ? 'max' : (extremeOf(field) ?? 'mean');
}

export const fieldsByAggregate = ({ fields }: Measurement) => groupBy(fields, aggregateOf);

/** Name of the database or bucket that holds the thinned-out points of another. */
export function longName(database: string): string {
  return `${database}_long`;
}
