import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { Column } from '../catalogue.ts';
import { perGroup } from '../influxql.ts';
import { refId, target } from '../target.ts';
import { label } from '../units.ts';
import { isColoured, propertiesOf } from './style.ts';
import { byMeasurement } from './targets.ts';

/** Draws a `tiles` spec: the last value of every field, texts included. */
export function tiles(columns: readonly Column[]): PanelBuilder {
  const coloured = columns.some(({ field }) => isColoured(field));
  const panel = new PanelBuilder()
    .graphMode(BigValueGraphMode.None)
    .colorMode(coloured ? BigValueColorMode.Value : BigValueColorMode.None)
    .textMode(BigValueTextMode.ValueAndName)
    .noValue('not reported')
    .reduceOptions(
      new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('/^(?!Time$).*/').values(false),
    );
  for (const [index, group] of byMeasurement(columns).entries()) {
    const query = perGroup({ ...group, aggregate: 'last', split: [] });
    panel.withTarget(target({ refId: refId(index), query, resultFormat: 'table' }));
    for (const field of group.fields) panel.overrideByName(label(field), propertiesOf(field));
  }
  return panel;
}
