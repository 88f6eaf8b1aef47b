import type { CheckedHeader } from '../ingest/check-header.ts';

/** How far the messages of a node have been taken in: enough to tell a new one from one that comes late or again. */
export interface RunOrder {
  /** Run id of the newest run, and sequence number of its newest capability; 0 before it. */
  readonly runId: string;
  readonly seq: number;
  /** Runs before it, the last of them last. */
  readonly formerRuns: readonly string[];
  /** When that capability was made, by the node's estimate of the collector's time but never after it was received. */
  readonly madeUs: number;
}

const MOST_FORMER_RUNS = 16;
/** Clocks of collectors, and estimates of them, may be so far apart. */
const TOLERANCE_US = 15e6;

/**
 * When a message was made, µs of the collector's clock. A node's own estimate is believed only where it makes the message
 * older: an outbox is sent late, and nothing is sent before it is made.
 */
export function madeUsOf({ labUs }: Pick<CheckedHeader, 'labUs'>, receivedUs: number): number {
  return Math.min(labUs ?? receivedUs, receivedUs);
}

/**
 * The order after a capability or the start of a run; undefined when it is an old one that came late. Within a run the
 * sequence number tells. Between runs it is when the message was made, as far as the node has learnt the time; before
 * that, a run that another followed does not count again, and one that was never heard of is the newest.
 */
export function orderAfter(
  before: RunOrder | undefined,
  header: Pick<CheckedHeader, 'runId' | 'seq' | 'labUs'>,
  receivedUs: number,
): RunOrder | undefined {
  const { runId, seq } = header;
  const madeUs = madeUsOf(header, receivedUs);
  if (before === undefined) return { runId, seq, formerRuns: [], madeUs };
  if (runId === before.runId) {
    const isNewer = seq > before.seq || (seq === before.seq && madeUs > before.madeUs);
    return isNewer ? { ...before, seq, madeUs: Math.max(madeUs, before.madeUs) } : undefined;
  }
  const isFormer = before.formerRuns.includes(runId);
  const leastUs = before.madeUs + (isFormer ? TOLERANCE_US : -TOLERANCE_US);
  const isOld = header.labUs === undefined ? isFormer : madeUs < leastUs;
  return isOld ? undefined : { runId, seq, formerRuns: formerAfter(before, runId), madeUs };
}

/** The order once a run is known to have begun, with what its agent says of the runs before it. */
export function orderAtStart(
  before: RunOrder | undefined,
  header: Pick<CheckedHeader, 'runId' | 'seq' | 'labUs'>,
  earlierRuns: readonly string[],
  receivedUs: number,
): RunOrder | undefined {
  if (before?.runId === header.runId) return addFormer(before, earlierRuns);
  const started = orderAfter(before, header, receivedUs);
  return started && addFormer({ ...started, seq: 0 }, earlierRuns);
}

function addFormer(order: RunOrder, runs: readonly string[]): RunOrder {
  const others = runs.filter((run) => run !== order.runId);
  const formerRuns = [...new Set([...others, ...order.formerRuns])].slice(-MOST_FORMER_RUNS);
  return { ...order, formerRuns };
}

function formerAfter({ formerRuns, runId }: RunOrder, next: string): string[] {
  return [...formerRuns, runId].filter((run) => run !== next).slice(-MOST_FORMER_RUNS);
}
