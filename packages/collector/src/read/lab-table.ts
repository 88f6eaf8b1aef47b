import { defined } from '@nestwatch/common/defined';
import { flagIn, numberIn, textIn, timeIn } from './cells.ts';
import { DAY_MS, type Facet, type KnownNode, readNodes } from './nodes.ts';
import { call, fields, type Reader } from './query.ts';
import { titleOf } from './result.ts';

/** One node as the lab table shows it. Absent: not reported (yet). Times are µs since 1970. */
export interface LabRow extends KnownNode {
  /** How its layer position is known. */
  readonly place?: PositionBasis;
  readonly canHost?: boolean;
  /** Share of all CPUs' time in the last interval. */
  readonly stealRatio?: number;
  readonly benchmark?: {
    readonly name: string;
    readonly secondsPerUnit: number;
    readonly unit: string;
    readonly atUs: number;
  };
  /** When the newest capability and sample stand. */
  readonly capabilityAtUs?: number;
  readonly sampleAtUs?: number;
}

/** What a layer position is known by, or what the node stands on, and that in one sentence. */
export interface PositionBasis {
  readonly by: string;
  readonly reason: string;
}

type With<K extends keyof LabRow> = Pick<LabRow, K>;

export const positionBasis: Facet<With<'place'>> = {
  query: { select: [call('last', 'known'), ...fields('by', 'reason')], from: 'nestwatch_topology' },
  spanMs: DAY_MS,
  add: ({ rows: [row] }) => ({ place: { by: textIn(row, 'by'), reason: textIn(row, 'reason') } }),
};

export const canHost: Facet<With<'canHost' | 'capabilityAtUs'>> = {
  query: { select: [call('last', 'can_host')], from: 'nestwatch_capability' },
  spanMs: 30 * DAY_MS,
  add: ({ rows: [row] }) => defined({ canHost: flagIn(row, 'can_host'), capabilityAtUs: timeIn(row) }),
};

export const newestSteal: Facet<With<'stealRatio' | 'sampleAtUs'>> = {
  query: { select: [call('last', 'steal_ratio')], from: 'nestwatch_cpu_time' },
  spanMs: DAY_MS,
  add: ({ rows: [row] }) => defined({ stealRatio: numberIn(row, 'steal_ratio'), sampleAtUs: timeIn(row) }),
};

const newestBenchmark: Facet<With<'benchmark'>> = {
  query: {
    select: [call('last', 'seconds_per_unit'), ...fields('unit')],
    from: 'nestwatch_benchmark',
    by: ['lab', 'node', 'benchmark', 'variant'],
  },
  spanMs: 30 * DAY_MS,
  add({ tags, rows: [row] }, { benchmark: other }) {
    const secondsPerUnit = numberIn(row, 'seconds_per_unit');
    const atUs = timeIn(row);
    if (secondsPerUnit === undefined || (other?.atUs ?? 0) > atUs) return {};
    return { benchmark: { name: titleOf(tags), secondsPerUnit, unit: textIn(row, 'unit'), atUs } };
  },
};

/** Reads the lab table, ordered by lab, layer and name. */
export function readLab(store: Reader, lab?: string): Promise<LabRow[]> {
  return readNodes<LabRow>(store, [positionBasis, canHost, newestSteal, newestBenchmark], { lab });
}

/** Rows as JSON: what was not reported is null, so that every row has every key. */
export function rowsAsJson(rows: readonly LabRow[]): string {
  const empty = {
    layer: null,
    parent: null,
    place: null,
    canHost: null,
    stealRatio: null,
    benchmark: null,
    capabilityAtUs: null,
    sampleAtUs: null,
  };
  const full = rows.map((row) => ({ ...empty, ...row }));
  return JSON.stringify(full, null, 2);
}

/** The layer in a table. A guest whose parent has not reported it is some parent's guest all the same: in layer 1, or deeper. */
export function layerText(node: { layer?: number | undefined; place?: PositionBasis | undefined }): string {
  return String(node.layer ?? (node.place?.by === 'pending' ? '≥1' : '?'));
}
