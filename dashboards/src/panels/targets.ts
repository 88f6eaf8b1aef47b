import type { Field, Measurement } from '@nestwatch/proto/catalogue';
import { type Column, columnsOfPanel } from '../catalogue.ts';
import { type Aggregate, aggregateFor } from '../influxql.ts';
import type { PanelSpec } from '../spec.ts';
import { GRAFANA_UNITS } from '../units.ts';

/** Fields of one measurement. */
export interface Group {
  readonly measurement: Measurement;
  readonly fields: Field[];
}

/** Fields that one query can read: same measurement, same function, same unit. */
export interface Batch extends Group {
  readonly aggregate: Aggregate;
  readonly unit: string;
}

/** What a panel shows: the columns that the catalogue puts there, and those that its spec adds. */
export function columnsOf(dashboard: string, spec: PanelSpec): Column[] {
  const catalogued = columnsOfPanel(`${dashboard} / ${spec.title}`);
  const added = (spec.columns ?? []).filter(
    (extra) =>
      !catalogued.some(
        ({ field, measurement }) => field === extra.field && measurement === extra.measurement,
      ),
  );
  return [...catalogued, ...added];
}

/** Groups columns into as few queries as there can be. */
export function batches(columns: readonly Column[], wanted?: Aggregate): Batch[] {
  return grouped(columns, ({ field }) => ({
    aggregate: aggregateFor(field, wanted),
    unit: GRAFANA_UNITS[field.unit],
  }));
}

/** The columns by measurement, for tables, where every column has a unit of its own. */
export function byMeasurement(columns: readonly Column[]): Group[] {
  return grouped(columns, () => ({}));
}

/** Groups of the same measurement and the same facts. */
function grouped<T extends object>(
  columns: readonly Column[],
  factsOf: (column: Column) => T,
): (Group & T)[] {
  const found = new Map<string, Group & T>();
  for (const column of columns) {
    const { measurement, field } = column;
    const facts = factsOf(column);
    const key = [measurement.name, ...Object.values(facts)].join('|');
    const group = found.get(key) ?? { measurement, fields: [], ...facts };
    group.fields.push(field);
    found.set(key, group);
  }
  return [...found.values()];
}

/** The tags that tell a panel's series apart. */
export function splitOf(spec: { split?: readonly string[] }, { of, tags = [] }: Measurement): string[] {
  if (spec.split !== undefined) return [...spec.split];
  return of === undefined ? ['layer', 'name', 'node', ...tags] : [...tags];
}
