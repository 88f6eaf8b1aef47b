import { v1 } from '@nestwatch/proto';
import { numberIn, type Row, textIn, timeIn } from './cells.ts';
import { DAY_MS, type Facet, type KnownNode } from './nodes.ts';
import { equals } from './query.ts';

/** The benchmark that boots the smallest guest, by its name at the agents. */
export const CANARY = 'guest.canary';

/** Whether guests boot on a node, as its newest canary found. */
export interface CanaryState {
  readonly boots: boolean;
  /** When it was found, µs since 1970. */
  readonly atUs: number;
  /** When one booted last; absent where none did within the span that is looked back over. */
  readonly bootedUs?: number;
  /** Why it did not; empty when it did. */
  readonly reason: string;
  /** What it ran for; empty when it was asked for. */
  readonly trigger: string;
}

const { OK, FAILED, TIMED_OUT } = v1.BenchmarkResult.Outcome;

/** Rare, one or a few a day, so that all of them are read. */
export const canary: Facet<KnownNode & { readonly canary?: CanaryState }> = {
  query: {
    // Not by name, because InfluxDB 3 answers nothing at all where one field has never been written.
    select: ['*'],
    from: 'nestwatch_benchmark',
    where: [equals('benchmark', CANARY)],
  },
  spanMs: 7 * DAY_MS,
  holdsMs: 10_000,
  add({ rows }) {
    const found = canaryIn(rows);
    return found === undefined ? {} : { canary: found };
  },
};

/** @param rows oldest first */
export function canaryIn(rows: readonly Row[]): CanaryState | undefined {
  const tried = rows.filter((row) => {
    const outcome = numberIn(row, 'outcome');
    // One that was stopped with its agent says nothing of guests.
    const wasStopped = /(^|; )stopped:/.test(textIn(row, 'disturbances'));
    return outcome === OK || ((outcome === FAILED || outcome === TIMED_OUT) && !wasStopped);
  });
  const newest = tried.at(-1);
  if (newest === undefined) return undefined;
  const booted = tried.findLast((row) => numberIn(row, 'outcome') === OK);
  return {
    boots: newest === booted,
    atUs: timeIn(newest),
    reason: textIn(newest, 'reason'),
    trigger: textIn(newest, 'trigger'),
    ...(booted !== undefined && { bootedUs: timeIn(booted) }),
  };
}
