import { formatPercent } from '@nestwatch/common/quantities';
import type { ExitTraceShape, GuestShape } from '@nestwatch/proto';
import { totalOf } from './by-process.ts';
import type { ExitTrace, ProcessExits, ReasonExits } from './trace.ts';

/** Reasons in a summary: it is a sentence, and no list. */
const MOST_TOLD = 4;
/** Below this share a reason is not worth a word. */
const LEAST_TOLD = 0.01;
/** Reasons of one guest that are stored, of each level. */
const MOST_STORED = 24;
/** Of all guests together: each is a series of its own. */
const MOST_IN_ALL = 512;

export type AskedBy = 'alert' | 'operator';

/**
 * A trace as it is sent: of the guests that run here, by name. Processes that are no guests known here are left out.
 * Undefined where no guest exited.
 */
export function shapeTrace(
  { seconds, method, missedRatio, processes }: ExitTrace,
  guests: readonly GuestShape[],
  askedBy: AskedBy,
): ExitTraceShape | undefined {
  const traced: NonNullable<ExitTraceShape['guests']> = [];
  const told: NonNullable<ExitTraceShape['reasons']> = [];
  // Those with the most exits come first.
  for (const each of processes) {
    const guest = guests.find(({ pid }) => pid === each.pid)?.guest;
    if (guest === undefined || guest === null || seconds <= 0) continue;
    const own = each.reasons.filter(({ nested }) => !nested);
    const nested = each.reasons.filter((reason) => reason.nested);
    traced.push({
      guest,
      summary: summaryOf(own),
      nestedSummary: summaryOf(nested),
      exitsPerSecond: totalOf(each) / seconds,
      nestedExitsPerSecond: nested.length === 0 ? null : countOf(nested) / seconds,
      tracedSeconds: seconds,
      missedRatio,
      method,
      askedBy,
    });
    for (const [level, reasons] of [
      ['guest', own],
      ['nested', nested],
    ] as const) {
      const some = reasonsOf(reasons, seconds).slice(0, MOST_IN_ALL - told.length);
      told.push(...some.map((reason) => ({ guest, level, ...reason })));
    }
  }
  return traced.length === 0 ? undefined : { guests: traced, reasons: told };
}

/** What each reason comes to: exits in a second, share of all, and mean time in µs; the most frequent first. */
export function reasonsOf(reasons: readonly ReasonExits[], seconds: number) {
  const all = countOf(reasons);
  return reasons.slice(0, MOST_STORED).map(({ reason, count, meanUs }) => ({
    reason,
    perSecond: count / seconds,
    shareRatio: all === 0 ? 0 : count / all,
    meanUs: meanUs ?? null,
  }));
}

/** "hlt 71 %, npf 12 %, io 9 %". */
export function summaryOf(reasons: ProcessExits['reasons']): string {
  return reasonsOf(reasons, 1)
    .filter(({ shareRatio }) => shareRatio >= LEAST_TOLD)
    .slice(0, MOST_TOLD)
    .map(({ reason, shareRatio }) => `${reason} ${formatPercent(shareRatio)}`)
    .join(', ');
}

function countOf(reasons: readonly ReasonExits[]): number {
  return reasons.reduce((sum, { count }) => sum + count, 0);
}
