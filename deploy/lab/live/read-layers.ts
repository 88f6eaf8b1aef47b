import { numberIn, textIn } from '@nestwatch/collector/read/cells';
import { canHost, type LabRow, newestSteal } from '@nestwatch/collector/read/lab-table';
import { type Facet, type KnownNode, readNodes } from '@nestwatch/collector/read/nodes';
import { call, equals, fields, type Reader } from '@nestwatch/collector/read/query';
import { titleOf } from '@nestwatch/collector/read/result';
import { inTree } from '@nestwatch/collector/read/tree';
import { defined } from '@nestwatch/common/defined';

/** One layer of the cascade as InfluxDB knows it. Undefined: not reported (yet). */
export interface LayerRow {
  node: string;
  name: string;
  layer: number | undefined;
  /** Name of the parent where it is known, else its node id; undefined at the root and until known. */
  parent: string | undefined;
  canHost: boolean | undefined;
  stealRatio: number | undefined;
  /** Collector seconds in one second of the layer's monotonic clock. */
  clockRate: number | undefined;
  skewSeconds: number | undefined;
  samples: number;
  /** Newest result of each benchmark, by "name" or "name variant". */
  benchmarks: Readonly<Record<string, { secondsPerUnit: number; unit: string }>>;
}

type LayerNode = KnownNode &
  Pick<LabRow, 'canHost' | 'stealRatio'> &
  Partial<Pick<LayerRow, 'clockRate' | 'skewSeconds' | 'samples' | 'benchmarks'>>;

/** Nobody looks further back than to the start of the lab. */
const spanMs = Number.POSITIVE_INFINITY;

const clock: Facet<LayerNode> = {
  query: { select: [call('last', 'clock_rate'), call('last', 'skew_seconds')], from: 'nestwatch_report' },
  spanMs,
  add: ({ rows: [row] }) =>
    defined({ clockRate: numberIn(row, 'clock_rate'), skewSeconds: numberIn(row, 'skew_seconds') }),
};

const samples: Facet<LayerNode> = {
  query: {
    select: [call('count', 'seq', 'samples')],
    from: 'nestwatch_report',
    where: [equals('kind', 'sample')],
  },
  spanMs,
  add: ({ rows: [row] }) => defined({ samples: numberIn(row, 'samples') }),
};

const benchmarks: Facet<LayerNode> = {
  query: {
    select: [call('last', 'seconds_per_unit'), ...fields('unit')],
    from: 'nestwatch_benchmark',
    by: ['lab', 'node', 'benchmark', 'variant'],
  },
  spanMs,
  add({ tags, rows: [row] }, { benchmarks: others }) {
    const secondsPerUnit = numberIn(row, 'seconds_per_unit');
    if (secondsPerUnit === undefined) return {};
    return { benchmarks: { ...others, [titleOf(tags)]: { secondsPerUnit, unit: textIn(row, 'unit') } } };
  },
};

/** Reads what the machines of a lab have reported since a time (µs since 1970), each below the one that hosts it. */
export async function readLayers(store: Reader, lab: string, sinceUs: number): Promise<LayerRow[]> {
  const facets = [canHost, newestSteal, clock, samples, benchmarks];
  const nodes = await readNodes<LayerNode>(store, facets, { lab, fromUs: sinceUs });
  const names = new Map(nodes.map(({ node, name }) => [node, name]));
  return inTree(nodes).map(
    (found): LayerRow => ({
      node: found.node,
      name: found.name,
      layer: found.layer,
      parent: names.get(found.parent ?? '') ?? found.parent,
      canHost: found.canHost,
      stealRatio: found.stealRatio,
      clockRate: found.clockRate,
      skewSeconds: found.skewSeconds,
      samples: found.samples ?? 0,
      benchmarks: found.benchmarks ?? {},
    }),
  );
}
