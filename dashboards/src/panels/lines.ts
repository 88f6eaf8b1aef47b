import {
  AxisPlacement,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Column } from '../catalogue.ts';
import { overTime } from '../influxql.ts';
import type { Lines } from '../spec.ts';
import { refId, target } from '../target.ts';
import { bandsOf, layerColours, mappingsOf, steps } from './style.ts';
import { type Batch, batches, splitOf } from './targets.ts';

/** A gap up to this long is bridged by the line; a longer one is a node that did not report. */
const BRIDGED_MS = 60_000;
/** Points of one line: more are not to be told apart, and each costs the database. */
const MOST_POINTS = 400;

const DASHED = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 6] } },
  { id: 'custom.lineWidth', value: 1 },
  { id: 'custom.showPoints', value: 'never' },
];

/** Draws a `lines` spec. */
export function lines(spec: Lines, columns: readonly Column[]): PanelBuilder {
  const panel = linesNow(spec, columns);
  return spec.instead === 'earlier' ? panel.timeShift('$shift') : panel;
}

function linesNow(spec: Lines, columns: readonly Column[]): PanelBuilder {
  const isBand = ({ field }: Column) => spec.band?.some((each) => each.field === field) === true;
  const all = batches(
    columns.filter((each) => !isBand(each)),
    spec.aggregate,
  );
  const panel = new PanelBuilder()
    .unit(spec.unit ?? all[0]?.unit ?? 'none')
    .maxDataPoints(MOST_POINTS)
    .lineWidth(spec.sparse === true ? 1 : 2)
    .lineInterpolation(LineInterpolation.Linear)
    .fillOpacity(spec.stack === true ? 60 : 0)
    .pointSize(spec.sparse === true ? 7 : 4)
    .showPoints(spec.sparse === true ? VisibilityMode.Always : VisibilityMode.Auto)
    .spanNulls(spec.sparse === true ? true : BRIDGED_MS)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'mean', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .overrides(layerColours());
  if (spec.scale === 'log') {
    panel.scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10));
  } else {
    panel.axisSoftMin(0);
  }
  if (spec.stack === true) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  const thresholds = referencesOf(spec) ?? bandsOf(columns);
  if (thresholds !== undefined) {
    panel.thresholds(thresholds);
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  const mappings = columns.length === 1 && columns[0] !== undefined ? mappingsOf(columns[0].field) : [];
  if (mappings.length > 0) panel.mappings(mappings);
  for (const [index, batch] of all.entries()) addQuery(panel, spec, batch, refId(index), all[0]?.unit);
  addBand(panel, spec, all.length, all[0]?.unit);
  return panel;
}

/** Asked for apart, because InfluxDB 3 answers nothing at all where one field of several has never been written. */
function addBand(panel: PanelBuilder, spec: Lines, from: number, unit: string | undefined) {
  for (const [index, batch] of batches(spec.band ?? [], spec.aggregate).entries()) {
    const id = refId(from + index);
    addQuery(panel, spec, batch, id, unit);
    panel.overrideByQuery(id, DASHED);
  }
}

function addQuery(panel: PanelBuilder, spec: Lines, batch: Batch, id: string, firstUnit: string | undefined) {
  const { where, inverse, sparse, instead } = spec;
  const split = splitOf(spec, batch.measurement);
  // Of an earlier time the panel itself is shifted, so that its axis says when that was.
  const other = instead === 'other lab' ? instead : undefined;
  const query = overTime({
    ...batch,
    split,
    where,
    inverse,
    instead: other,
    fill: sparse === true ? 'none' : 'null',
  });
  panel.withTarget(target({ refId: id, query, resultFormat: 'time_series', alias: alias(split) }));
  if (spec.unit === undefined && batch.unit !== firstUnit) {
    // A second unit gets the axis on the right.
    panel.overrideByQuery(id, [
      { id: 'unit', value: batch.unit },
      { id: 'custom.axisPlacement', value: AxisPlacement.Right },
    ]);
  }
}

/** "L2 guest2 sda steal": the layer first, because colours and sorting go by it. Names stand for the ids beside them. */
export function alias(split: readonly string[]): string {
  const own = split.filter(
    (tag) => !['layer', 'name', 'node', 'parent', 'lab'].includes(tag) && !split.includes(`${tag}_name`),
  );
  const parts = own.map((tag) => `$tag_${tag}`);
  if (split.includes('name')) parts.unshift('$tag_name');
  if (split.includes('layer')) parts.unshift('L$tag_layer');
  return [...parts, '$col'].join(' ');
}

function referencesOf({ references }: Lines) {
  const marks = references?.map(({ value, colour }) => ({ value, color: colour }));
  return marks && steps([{ value: null, color: 'transparent' }, ...marks]);
}
