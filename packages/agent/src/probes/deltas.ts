/** Growing counters of one source, by name. */
export type Counters = Readonly<Record<string, number>>;

/** What happened to the counters of one source between two readings. */
export type Deltas = ReturnType<typeof between>;

/**
 * Forms deltas of successive readings, the one way counters become rates in the agent: over the monotonic clock,
 * never negative, and never a spike from a counter that started again. After a reset the counter is measured from
 * its new value on.
 */
export function createDeltaMeter() {
  let last: { monoUs: number; counters: Counters } | undefined;
  return {
    /** Takes a reading. Undefined for the first one, and when the clock did not move. */
    next(monoUs: number, counters: Counters): Deltas | undefined {
      const before = last;
      last = { monoUs, counters };
      if (before === undefined || monoUs <= before.monoUs) return undefined;
      return between(before.counters, counters, (monoUs - before.monoUs) / 1e6);
    },
  };
}

/** One meter for each of many things, such as disks. */
export function createDeltaMeters<K>() {
  const meters = new Map<K, ReturnType<typeof createDeltaMeter>>();
  return {
    next(key: K, monoUs: number, counters: Counters): Deltas | undefined {
      const meter = meters.get(key) ?? createDeltaMeter();
      meters.set(key, meter);
      return meter.next(monoUs, counters);
    },
    /** Forgets the things that are not here any more: one that comes again starts again. True when there was one. */
    keepOnly(here: { has(key: K): boolean }): boolean {
      const gone = [...meters.keys()].filter((key) => !here.has(key));
      for (const key of gone) meters.delete(key);
      return gone.length > 0;
    },
  };
}

function between(before: Counters, now: Counters, seconds: number) {
  const reset = new Set<string>();
  /**
   * Growth of one counter. Undefined when it is new, is gone, or was reset: it went back, or grew by more than
   * `atMost`, which no honest counter can (steal after a resume does).
   */
  const growth = (name: string, atMost = Number.POSITIVE_INFINITY): number | undefined => {
    const from = before[name];
    const to = now[name];
    if (from === undefined || to === undefined || !Number.isFinite(from) || !Number.isFinite(to)) {
      return undefined;
    }
    if (to >= from && to - from <= atMost) return to - from;
    reset.add(name);
    return undefined;
  };
  return {
    /** Monotonic time between the readings; above 0. */
    seconds,
    growth,
    /** Growth per second of monotonic time, with the same gaps. */
    rate(name: string): number | undefined {
      const grown = growth(name);
      return grown === undefined ? undefined : grown / seconds;
    },
    /** Counters that were found reset by the calls so far. */
    resets: () => reset.size,
  };
}

type Fields<F extends string> = Partial<Record<F, number>>;

/** Rates of many counters by the names of their fields; those without a rate are missing. */
export function ratesOf<F extends string>(deltas: Deltas, sources: Readonly<Record<F, string>>, scale = 1) {
  return fieldsOf(sources, (counter) => {
    const rate = deltas.rate(counter);
    return rate === undefined ? undefined : rate * scale;
  });
}

/** What `find` says of the source of each field; fields of which it says nothing are missing. */
export function fieldsOf<F extends string, S>(
  sources: Readonly<Record<F, S>>,
  find: (source: S) => number | undefined,
): Fields<F> {
  const fields: Fields<F> = {};
  for (const field of Object.keys(sources) as F[]) {
    const value = find(sources[field]);
    if (value !== undefined) fields[field] = value;
  }
  return fields;
}
