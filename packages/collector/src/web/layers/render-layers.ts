import { Gauge, Registry } from 'prom-client';
import { numberIn } from '../../read/cells.ts';
import { exposedMeasurements } from './exposed.ts';
import type { ExposedNode } from './read-layers.ts';

const LABELS = ['lab', 'node', 'layer'];

/**
 * The newest figures of all nodes as Prometheus reads them. Nodes that would make more series than that are left out whole,
 * in the order of labs and nodes, and counted.
 */
export async function renderLayers(nodes: readonly ExposedNode[], mostSeries: number): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: readonly string[] = LABELS) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const shown = withinBounds(nodes, mostSeries);
  describe(gauge, shown);
  const leftOut = nodes.length - shown.length;
  gauge('nestwatch_layers_nodes_left_out', 'Nodes omitted because of metrics.layers-series.', []).set(
    leftOut,
  );
  for (const [at, { fields }] of exposedMeasurements.entries()) {
    for (const { name, help, field, divisor } of fields) {
      const metric = gauge(name, help);
      for (const { points, lab, node, layer } of shown) {
        const value = numberIn(points[at]?.row ?? {}, field);
        if (value !== undefined) metric.set({ lab, node, layer }, value / divisor);
      }
    }
  }
  return registry.metrics();
}

/** Names and parents are labels of one series of each node alone: they change, and a guest chooses its name. */
function describe(
  gauge: (name: string, help: string, labelNames?: readonly string[]) => Gauge,
  nodes: readonly ExposedNode[],
): void {
  const info = gauge('nestwatch_node_info', 'Always 1. Its labels identify the node.', [
    ...LABELS,
    'name',
    'parent',
  ]);
  const seen = gauge(
    'nestwatch_node_last_report_timestamp_seconds',
    'When the newest message of a node was created, since 1970.',
  );
  const canHost = gauge('nestwatch_node_can_host', '1 when a node can run guests with KVM.');
  const slowdown = gauge(
    'nestwatch_node_slowdown_ratio',
    'Worst slowdown of a node over all benchmarks: 1 is as usual, 2 is twice as slow.',
    [...LABELS, 'against'],
  );
  for (const { lab, node, layer, name, parent, ...known } of nodes) {
    info.set({ lab, node, layer, name, parent }, 1);
    seen.set({ lab, node, layer }, known.lastSeenUs / 1e6);
    if (known.canHost !== undefined) canHost.set({ lab, node, layer }, Number(known.canHost));
    for (const [against, ratio] of known.slowdowns) slowdown.set({ lab, node, layer, against }, ratio);
  }
}

function withinBounds(nodes: readonly ExposedNode[], mostSeries: number): ExposedNode[] {
  const shown: ExposedNode[] = [];
  let series = 1;
  for (const node of nodes) {
    series += seriesOf(node);
    if (series > mostSeries) break;
    shown.push(node);
  }
  return shown;
}

function seriesOf({ canHost, slowdowns, points }: ExposedNode): number {
  const own = 2 + Number(canHost !== undefined) + slowdowns.size;
  const measured = points.map((point, at) =>
    (exposedMeasurements[at]?.fields ?? []).filter(
      ({ field }) => numberIn(point?.row ?? {}, field) !== undefined,
    ),
  );
  return own + measured.reduce((sum, fields) => sum + fields.length, 0);
}
