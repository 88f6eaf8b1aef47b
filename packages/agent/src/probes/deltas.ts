/** Growing counters of one source, by name. */
export type Counters = Readonly<Record<string, number>>;

/** What happened to the counters of one source between two readings. */
export interface Deltas {
  /** Monotonic time between the readings, seconds; above 0. */
  readonly seconds: number;
  /**
   * Growth of one counter. Undefined when it is new, is gone, or was reset: it went back, or grew by more than
   * `atMost`, which no honest counter can (steal after a resume does).
   */
  growth(name: string, atMost?: number): number | undefined;
  /** Growth per second of monotonic time, with the same gaps. */
  rate(name: string, atMostPerSecond?: number): number | undefined;
  /** Counters that were found reset by the calls so far. */
  resets(): number;
}

export interface DeltaMeter {
  /** Takes a reading. Undefined for the first one, and when the clock did not move. */
  next(monoUs: number, counters: Counters): Deltas | undefined;
}

/**
 * Forms deltas of successive readings, the one way counters become rates in the agent: over the monotonic clock,
 * never negative, and never a spike from a counter that began anew. After a reset the counter is measured from
 * its new value on.
 */
export function createDeltaMeter(): DeltaMeter {
  let last: { monoUs: number; counters: Counters } | undefined;
  return {
    next(monoUs, counters) {
      const before = last;
      last = { monoUs, counters };
      if (before === undefined || monoUs <= before.monoUs) return undefined;
      return between(before.counters, counters, (monoUs - before.monoUs) / 1e6);
    },
  };
}

/** One meter for each of many things, such as disks. */
export interface DeltaMeters<K> {
  next(key: K, monoUs: number, counters: Counters): Deltas | undefined;
  /** Forgets the things that are not here any more: one that comes again begins anew. True when there was one. */
  keepOnly(here: { has(key: K): boolean }): boolean;
}

export function createDeltaMeters<K>(): DeltaMeters<K> {
  const meters = new Map<K, DeltaMeter>();
  return {
    next(key, monoUs, counters) {
      const meter = meters.get(key) ?? createDeltaMeter();
      meters.set(key, meter);
      return meter.next(monoUs, counters);
    },
    keepOnly(here) {
      const gone = [...meters.keys()].filter((key) => !here.has(key));
      for (const key of gone) meters.delete(key);
      return gone.length > 0;
    },
  };
}

function between(before: Counters, now: Counters, seconds: number): Deltas {
  const reset = new Set<string>();
  const growth = (name: string, atMost = Number.POSITIVE_INFINITY) => {
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
    seconds,
    growth,
    rate(name, atMostPerSecond = Number.POSITIVE_INFINITY) {
      const grown = growth(name, atMostPerSecond * seconds);
      return grown === undefined ? undefined : grown / seconds;
    },
    resets: () => reset.size,
  };
}

/** Rates of many counters by the names of their fields; those without a rate are missing. */
export function ratesOf<F extends string>(
  deltas: Deltas,
  counterOf: Readonly<Record<F, string>>,
  scale = 1,
): Partial<Record<F, number>> {
  const rates: Partial<Record<F, number>> = {};
  for (const field of Object.keys(counterOf) as F[]) {
    const rate = deltas.rate(counterOf[field]);
    if (rate !== undefined) rates[field] = rate * scale;
  }
  return rates;
}
