import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { Column } from '../catalogue.ts';
import { overTime } from '../influxql.ts';
import type { States } from '../spec.ts';
import { refId, target } from '../target.ts';
import { alias } from './lines.ts';
import { bandsOf, mappingsOf } from './style.ts';
import { batches, splitOf } from './targets.ts';

/** Draws a `states` spec: one band for each series, coloured by its value. */
export function states(spec: States, columns: readonly Column[]): PanelBuilder {
  const panel = new PanelBuilder()
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.85)
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    );
  const bands = bandsOf(columns);
  if (bands !== undefined) panel.thresholds(bands);
  const mappings = columns.flatMap(({ field }) => mappingsOf(field)).slice(0, 1);
  if (mappings.length > 0) panel.mappings(mappings);
  for (const [index, batch] of batches(columns, spec.aggregate ?? 'max').entries()) {
    const split = splitOf(spec, batch.measurement);
    const query = overTime({ ...batch, split, where: spec.where });
    panel.withTarget(
      target({ refId: refId(index), query, resultFormat: 'time_series', alias: alias(split) }),
    );
    panel.unit(spec.unit ?? batch.unit);
  }
  return panel;
}
