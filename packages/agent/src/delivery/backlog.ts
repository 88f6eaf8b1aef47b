import type { Outbox } from './outbox.ts';
import type { Entry } from './segment.ts';

interface BacklogOptions {
  outbox: Pick<Outbox, 'pending' | 'confirmedSentMs'>;
  /** Most messages in a second. */
  perSecond: number;
  /** What is not confirmed so long after it was sent is sent again, ms. */
  resendAfterMs: number;
  /** Whether it is sent apart from the backlog. */
  isNew(entry: Entry): boolean;
  nowMs(): number;
}

/** What waits in the outbox, oldest first, at a bounded rate. */
export function createBacklog({ outbox, perSecond, resendAfterMs, isNew, nowMs }: BacklogOptions) {
  let rest: Iterator<Entry> | undefined;
  let nextLookMs = 0;
  let firstDueMs = Number.POSITIVE_INFINITY;
  let credit = perSecond;
  let creditMs = nowMs();

  /**
   * A stream gives in order what it took. So what a site's own stream has is missed only when something that was sent
   * later is confirmed: the line may be cut for days, and sent again and again it would fill that stream.
   */
  const dueMs = ({ sentMs, atSite }: Entry): number => {
    if (sentMs === undefined) return Number.NEGATIVE_INFINITY;
    if (atSite && sentMs >= outbox.confirmedSentMs()) return Number.POSITIVE_INFINITY;
    return sentMs + resendAfterMs;
  };
  const isDue = (entry: Entry) => !entry.done && dueMs(entry) <= nowMs();
  const findDue = (entries: Iterator<Entry>): Entry | undefined => {
    for (let next = entries.next(); !next.done; next = entries.next()) {
      if (isDue(next.value) && !isNew(next.value)) return next.value;
      if (next.value.sentMs !== undefined) firstDueMs = Math.min(firstDueMs, dueMs(next.value));
    }
    return undefined;
  };

  return {
    isDue,

    /** The next message to send; undefined while the rate allows none, or none is due. */
    next(): Entry | undefined {
      const now = nowMs();
      credit = Math.min(perSecond, credit + ((now - creditMs) / 1000) * perSecond);
      creditMs = now;
      if (credit < 1 || now < nextLookMs) return undefined;
      rest ??= outbox.pending()[Symbol.iterator]();
      const found = findDue(rest);
      if (found !== undefined) {
        credit--;
        return found;
      }
      rest = undefined;
      // What was sent in this look, or is sent until the next, is due that much later at the earliest.
      nextLookMs = Math.max(Math.min(firstDueMs, now + resendAfterMs), now + 1000 / perSecond);
      firstDueMs = Number.POSITIVE_INFINITY;
      return undefined;
    },

    /** When to ask for the next again, on the same clock, ms. */
    readyMs: () => (credit < 1 ? nowMs() + 1000 / perSecond : nextLookMs),

    /** Looks through all of it again when this look is over. */
    lookSoon(): void {
      nextLookMs = 0;
    },

    /** Begins again with the oldest, at that time. */
    restart(atMs: number): void {
      rest = undefined;
      nextLookMs = atMs;
    },
  };
}
