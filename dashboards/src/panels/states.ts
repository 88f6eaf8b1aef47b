import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { Column } from '../catalogue.ts';
import { GOOD } from '../colours.ts';
import { overTime } from '../influxql.ts';
import type { States } from '../spec.ts';
import { refId, target } from '../target.ts';
import { alias } from './lines.ts';
import { bandsOf, mappingsOf } from './style.ts';
import { batches, splitOf } from './targets.ts';

/** A gap up to this long is bridged: a node may report once a minute. */
const BRIDGED_MS = 150_000;

/** Draws a `states` spec: one band for each series, coloured by its value, or in one colour while there is any. */
export function states(spec: States, columns: readonly Column[]): PanelBuilder {
  const panel = new PanelBuilder()
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.85)
    .spanNulls(spec.sparse === true ? true : BRIDGED_MS)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    );
  if (spec.present === true) {
    panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(GOOD)).interval('1m');
    panel.showValue(VisibilityMode.Never);
  }
  const bands = bandsOf(columns);
  if (bands !== undefined) panel.thresholds(bands);
  const mappings = columns.flatMap(({ field }) => mappingsOf(field)).slice(0, 1);
  if (mappings.length > 0) panel.mappings(mappings);
  for (const [index, batch] of batches(columns, spec.aggregate ?? 'max').entries()) {
    const split = splitOf(spec, batch.measurement);
    // Rare points with nothing between them would be boxes of one pixel.
    const fill = spec.sparse === true ? 'none' : 'null';
    const query = overTime({ ...batch, split, where: spec.where, fill });
    panel.withTarget(
      target({ refId: refId(index), query, resultFormat: 'time_series', alias: alias(split) }),
    );
    panel.unit(spec.unit ?? batch.unit);
  }
  return panel;
}
