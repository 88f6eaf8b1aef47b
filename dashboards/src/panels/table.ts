import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Field } from '@nestwatch/proto/catalogue';
import type { Column } from '../catalogue.ts';
import { newest, perGroup } from '../influxql.ts';
import type { Table } from '../spec.ts';
import { refId, target } from '../target.ts';
import { label } from '../units.ts';
import { isColoured, propertiesOf } from './style.ts';
import { byMeasurement, type Group, splitOf } from './targets.ts';

/** Draws a `table` spec: one query for each measurement, joined into one row for each machine. */
export function table(spec: Table, columns: readonly Column[]): PanelBuilder {
  const groups = byMeasurement(columns);
  const panel = new PanelBuilder().filterable(true);
  const dated = groups.flatMap((group, index) => addQuery(panel, spec, group, refId(index)));
  // The time of a `last` over several fields is the range's start: shown only where it means something.
  if (dated.length > 0) {
    panel.withTransformation({
      id: 'filterFieldsByName',
      filter: { id: 'byRefId', options: `/^(?:${dated.join('|')})$/` },
      options: { exclude: { names: ['Time'] } },
    });
  }
  if (groups.length > 1) panel.withTransformation({ id: 'merge', options: {} });
  const hidden = ['node', 'lab', ...(spec.hide ?? [])].map((name) => [name, true]);
  const options = {
    excludeByName: Object.fromEntries(hidden),
    renameByName: { Time: 'seen', name: 'machine' },
  };
  panel.withTransformation({ id: 'organize', options });
  if (spec.onlyAboveZero !== undefined) {
    const config = { id: 'greater', options: { value: 0 } };
    const filters = [{ fieldName: label(spec.onlyAboveZero.field), config }];
    panel.withTransformation({ id: 'filterByValue', options: { filters, type: 'include', match: 'all' } });
  }
  if (spec.matrix !== undefined) {
    const valueField = spec.inverse?.label ?? label(onlyField(columns));
    const matrix = { columnField: spec.matrix.columns, rowField: spec.matrix.rows, valueField };
    panel.withTransformation({ id: 'groupingToMatrix', options: { ...matrix, emptyValue: 'null' } });
    return spec.unit === undefined ? panel : panel.unit(spec.unit);
  }
  if (spec.seen !== undefined) panel.overrideByName('seen', [{ id: 'unit', value: 'dateTimeFromNow' }]);
  linkMachine(panel);
  const { column, from } = spec.sortBy ?? { column: 'layer', from: 'least' };
  if (spec.most !== undefined) {
    const sort = [{ field: column, desc: from === 'most' }];
    panel.withTransformation({ id: 'sortBy', options: { fields: {}, sort } });
    panel.withTransformation({ id: 'limit', options: { limitField: spec.most } });
  }
  return panel.sortBy([new TableSortByFieldStateBuilder().displayName(column).desc(from === 'most')]);
}

/** Adds the query of one measurement and what its cells look like; returns its id when its time is not shown. */
function addQuery(panel: PanelBuilder, spec: Table, group: Group, id: string): string[] {
  const { exceptions, where, inverse, none } = spec;
  const [first] = group.fields;
  const aggregate = exceptions?.[first?.name ?? '']?.aggregate ?? spec.aggregate ?? 'last';
  const split = splitOf(spec, group.measurement);
  const query = perGroup({ ...group, aggregate, split, where, inverse, none });
  panel.withTarget(target({ refId: id, query, resultFormat: 'table' }));
  for (const field of group.fields) {
    const unit = exceptions?.[field.name]?.unit ?? spec.unit;
    panel.overrideByName(label(field), cell(field, unit, none?.[field.name]));
  }
  return group.measurement.name === spec.seen ? [] : [id];
}

/** Draws a `log` spec: the newest points, newest first. */
export function log(columns: readonly Column[]): PanelBuilder {
  const panel = new PanelBuilder().filterable(true);
  for (const [index, group] of byMeasurement(columns).entries()) {
    const tags = splitOf({}, group.measurement).filter((tag) => tag !== 'node');
    const query = newest({ ...group, tags, limit: 200 });
    panel.withTarget(target({ refId: refId(index), query, resultFormat: 'table' }));
    for (const field of group.fields) panel.overrideByName(label(field), cell(field));
  }
  panel.withTransformation({ id: 'organize', options: { renameByName: { Time: 'time', name: 'machine' } } });
  linkMachine(panel);
  return panel;
}

function onlyField(columns: readonly Column[]): Field {
  const [first, ...others] = columns;
  if (first === undefined || others.length > 0) throw new Error('a matrix shows exactly one field');
  return first.field;
}

function cell(field: Field, unit?: string, none?: number) {
  const properties = propertiesOf(field, unit, none);
  if (isColoured(field)) properties.push({ id: 'custom.cellOptions', value: { type: 'color-text' } });
  return properties;
}

function linkMachine(panel: PanelBuilder): void {
  const url =
    '/d/nestwatch-node?${lab:queryparam}&${datasource:queryparam}&var-node=${__value.raw}&${__url_time_range}';
  panel.overrideByName('machine', [
    { id: 'links', value: [{ title: 'Everything about ${__value.raw}', url }] },
  ]);
}
