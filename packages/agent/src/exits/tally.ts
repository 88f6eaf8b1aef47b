import { parseRecords } from './parse-records.ts';

/** Exits of one thread for one reason. */
export interface Tallied {
  count: number;
  /** Exits of which the entry after them was recorded too, and the time until then. */
  timed: number;
  us: number;
}

/** By reason. */
type Reasons = Map<string, Tallied>;

interface ThreadTally {
  readonly own: Reasons;
  readonly nested: Reasons;
}

export type Tally = ReturnType<typeof createTally>;

/** Adds records up by thread and reason. */
export function createTally() {
  const threads = new Map<number, ThreadTally>();

  function of(thread: number): ThreadTally {
    const known = threads.get(thread) ?? { own: new Map(), nested: new Map() };
    threads.set(thread, known);
    return known;
  }

  return {
    threads: threads as ReadonlyMap<number, ThreadTally>,
    /** Adds one piece of a trace, within which no record of a CPU is missing. */
    add(text: string): void {
      /** The last exit of each thread that has not entered again. */
      const open = new Map<number, { readonly atUs: number; readonly into: Tallied }>();
      for (const { kind, thread, atUs, reason } of parseRecords(text)) {
        if (kind === 'nested') tallyIn(of(thread).nested, reason).count += 1;
        else if (kind === 'exit') {
          const into = tallyIn(of(thread).own, reason);
          into.count += 1;
          open.set(thread, { atUs, into });
        } else {
          const before = open.get(thread);
          open.delete(thread);
          if (before === undefined || atUs < before.atUs) continue;
          before.into.timed += 1;
          before.into.us += atUs - before.atUs;
        }
      }
    },
  };
}

function tallyIn(reasons: Reasons, reason: string): Tallied {
  const known = reasons.get(reason) ?? { count: 0, timed: 0, us: 0 };
  reasons.set(reason, known);
  return known;
}
