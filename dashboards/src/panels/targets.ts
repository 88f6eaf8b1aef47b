import { type Column, columnsOfPanel } from '../catalogue.ts';
import { type Aggregate, aggregateFor } from '../influxql.ts';
import type { PanelSpec } from '../spec.ts';
import { grafanaUnit } from '../units.ts';

/** Columns that one query can read: same measurement, same function, same unit. */
export interface Batch {
  readonly columns: readonly Column[];
  readonly aggregate: Aggregate;
  readonly unit: string;
}

/** What a panel shows: the columns that the catalogue puts there, and those that its spec adds. */
export function columnsOf(dashboard: string, spec: Exclude<PanelSpec, { kind: 'words' }>): Column[] {
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
  const found = new Map<string, { columns: Column[]; aggregate: Aggregate; unit: string }>();
  for (const column of columns) {
    const aggregate = aggregateFor(column, wanted);
    const unit = grafanaUnit(column.field);
    const key = [column.measurement.name, aggregate, unit].join('|');
    const batch = found.get(key) ?? { columns: [], aggregate, unit };
    batch.columns.push(column);
    found.set(key, batch);
  }
  return [...found.values()];
}

/** The columns by measurement, for tables, where every column has a unit of its own. */
export function byMeasurement(columns: readonly Column[]): Column[][] {
  const found = new Map<string, Column[]>();
  for (const column of columns) {
    const list = found.get(column.measurement.name) ?? [];
    list.push(column);
    found.set(column.measurement.name, list);
  }
  return [...found.values()];
}

/** The tags that tell a panel's series apart. */
export function splitOf(spec: PanelSpec & { split?: readonly string[] }, column: Column): string[] {
  if (spec.split !== undefined) return [...spec.split];
  const { of, tags = [] } = column.measurement;
  return of === undefined ? ['layer', 'name', 'node', ...tags] : [...tags];
}
