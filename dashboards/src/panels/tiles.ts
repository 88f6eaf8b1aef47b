import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { perGroup } from '../influxql.ts';
import type { Tiles } from '../spec.ts';
import { refId, target } from '../target.ts';
import { label } from '../units.ts';
import { isColoured, propertiesOf } from './style.ts';
import { byMeasurement, columnsOf } from './targets.ts';

/** Draws a `tiles` spec: the last value of every field, texts included. */
export function tiles(dashboard: string, spec: Tiles): PanelBuilder {
  const columns = columnsOf(dashboard, spec);
  const panel = new PanelBuilder()
    .graphMode(BigValueGraphMode.None)
    .colorMode(
      columns.some(({ field }) => isColoured(field)) ? BigValueColorMode.Value : BigValueColorMode.None,
    )
    .textMode(BigValueTextMode.ValueAndName)
    .noValue('not reported')
    .reduceOptions(
      new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('/^(?!Time$).*/').values(false),
    );
  for (const [index, group] of byMeasurement(columns).entries()) {
    const [first] = group;
    if (first === undefined) continue;
    const query = perGroup({
      columns: group,
      aggregate: spec.aggregate ?? 'last',
      split: spec.split ?? [],
      scope: spec.scope ?? 'node',
      where: spec.where,
    });
    panel.withTarget(target({ refId: refId(index), query, resultFormat: 'table' }));
    for (const { field } of group) panel.overrideByName(label(field), propertiesOf(field, spec.unit));
  }
  return panel;
}
