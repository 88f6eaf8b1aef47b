import { defined } from '@nestwatch/common/defined';
import { numberIn } from './cells.ts';
import { canHost, type LabRow, newestSteal, positionBasis } from './lab-table.ts';
import { createNodesReader, DAY_MS, type Facet, type KnownNode } from './nodes.ts';
import { call, type Reader } from './query.ts';

const MINUTE_MS = 60_000;

/** One machine as it is now. Absent: not reported lately. */
export interface LiveRow extends KnownNode, Pick<LabRow, 'place' | 'canHost' | 'stealRatio'> {
  /** Cost of an exit, and how late a timer fires: medians of the newest sample, µs. */
  readonly exitUs?: number;
  readonly timerUs?: number;
  /** Share of time in which something waited for a CPU. */
  readonly waitRatio?: number;
  /** Memory that is available without swapping. */
  readonly availableBytes?: number;
  /** Worst slowdown over all benchmarks: 1 is as usual. */
  readonly slowdown?: number;
}

type Measured = 'exitUs' | 'timerUs' | 'waitRatio' | 'availableBytes';

const newest = (from: string, field: string, as: Measured): Facet<LiveRow> => ({
  query: { select: [call('last', field)], from },
  spanMs: 5 * MINUTE_MS,
  add: ({ rows: [row] }) => defined({ [as]: numberIn(row, field) }),
});

const worstSlowdown: Facet<LiveRow> = {
  query: {
    select: [call('last', 'slowdown_ratio')],
    from: 'nestwatch_slowdown',
    by: ['lab', 'node', 'benchmark', 'variant', 'target', 'against'],
  },
  spanMs: 2 * DAY_MS,
  holdsMs: 5 * MINUTE_MS,
  add({ rows: [row] }, { slowdown: other }) {
    const ratio = numberIn(row, 'slowdown_ratio');
    return ratio === undefined || ratio < (other ?? 0) ? {} : { slowdown: ratio };
  },
};

/** Reads all machines again and again, what changes slowly now and then only. @param lab all labs without */
export function createLiveReader(
  store: Reader,
  lab: string | undefined,
): (nowUs: number) => Promise<LiveRow[]> {
  const facets: Facet<LiveRow>[] = [
    { ...positionBasis, holdsMs: MINUTE_MS },
    canHost,
    { ...newestSteal, spanMs: 5 * MINUTE_MS },
    newest('nestwatch_exit_latency', 'median_us', 'exitUs'),
    newest('nestwatch_timer_latency', 'median_us', 'timerUs'),
    newest('nestwatch_pressure', 'cpu_some_ratio', 'waitRatio'),
    newest('nestwatch_memory', 'available_bytes', 'availableBytes'),
    worstSlowdown,
  ];
  const read = createNodesReader<LiveRow>(store, facets, 30 * DAY_MS);
  return async (nowUs) => {
    const labs = await read(nowUs);
    return [...labs].flatMap(([name, nodes]) =>
      lab === undefined || name === lab ? [...nodes.values()] : [],
    );
  };
}
