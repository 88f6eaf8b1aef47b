import type { Clock } from '@nestwatch/common/clock';
import type { Series } from '../influx/query-answer.ts';
import type { HistoryReader } from './query.ts';

/** An answer is held for this many times as long as it took: so InfluxDB works at most a twentieth of the time for one question. */
const HELD_TIMES = 20;
const LONGEST_HELD_US = 30e6;
/** A page and what it listens to ask the same right after each other. */
const LEAST_HELD_US = 250_000;
/** What takes longer is answered from the last time meanwhile, when that is not older than this. */
const SLOW_US = 20_000;
const STALE_US = 60e6;
const MOST_ANSWERS = 300;

interface Held {
  answer?: { readonly series: Series[]; readonly atUs: number; readonly tookUs: number };
  running?: Promise<Series[]>;
}

/**
 * A reader for pages that ask the same again and again, for many who look: equal questions are put once at a time, and
 * what is slow is put less often. Failures are not held.
 */
export function createHeldReader(store: HistoryReader, clock: Pick<Clock, 'monoUs'>): HistoryReader {
  const all = new Map<string, Held>();

  function put(key: string, held: Held, ask: () => Promise<Series[]>): Promise<Series[]> {
    const startUs = clock.monoUs();
    held.running = ask()
      .then((series) => {
        held.answer = { series, atUs: startUs, tookUs: clock.monoUs() - startUs };
        return series;
      })
      .catch((error: unknown) => {
        // An old answer would hide that there is no new one.
        all.delete(key);
        throw error;
      })
      .finally(() => {
        delete held.running;
      });
    return held.running;
  }

  function forgetOld(nowUs: number): void {
    for (const [key, { answer, running }] of all) {
      const isOld = running === undefined && nowUs - (answer?.atUs ?? 0) > STALE_US;
      if (isOld || all.size > MOST_ANSWERS) all.delete(key);
    }
  }

  const query =
    (kind: 'query' | 'queryThinned') =>
    async (influxql: string): Promise<Series[]> => {
      const key = `${kind} ${influxql}`;
      const nowUs = clock.monoUs();
      const held = all.get(key) ?? {};
      const { answer } = held;
      const ageUs = answer === undefined ? Number.POSITIVE_INFINITY : nowUs - answer.atUs;
      const heldUs = Math.max(LEAST_HELD_US, HELD_TIMES * (answer?.tookUs ?? 0));
      if (answer !== undefined && ageUs < Math.min(LONGEST_HELD_US, heldUs)) return answer.series;
      forgetOld(nowUs);
      all.set(key, held);
      const running = held.running ?? put(key, held, () => store[kind](influxql));
      if (answer === undefined || answer.tookUs < SLOW_US || ageUs > STALE_US) return running;
      // Whoever asks next hears why it failed.
      running.catch(() => undefined);
      return answer.series;
    };
  return { query: query('query'), queryThinned: query('queryThinned') };
}
