import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log, LogFields } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';
import { NoQueriesError } from '../influx/no-queries.ts';
import type { Store } from '../influx/store.ts';

/** Most lines in one request. */
const MOST_LINES = 5000;

/**
 * The way in which everything is written that the collector computes. A failure is logged once, and so is its end.
 * @param what names the points to people, in the plural
 */
export function createPointWriter(store: Pick<Store, 'write'>, what: string, log: Log) {
  const outage = createOutage({
    log,
    failing: `cannot compute or write ${what}, retrying`,
    working: `${what} are written again`,
  });
  /**
   * Never throws: points are computed again from what InfluxDB has, after a retry or by another collector, and are the same
   * then.
   * @param about what of them is written, for the log
   * @returns undefined when they are written, or refused for good; else how long to wait before the next try, ms
   */
  return async (
    compute: () => Promise<readonly (string | undefined)[]>,
    about: LogFields = {},
  ): Promise<number | undefined> => {
    try {
      const lines = (await compute()).filter((line) => line !== undefined);
      for (let from = 0; from < lines.length; from += MOST_LINES) {
        await store.write(lines.slice(from, from + MOST_LINES));
      }
      outage.worked();
      return undefined;
    } catch (error) {
      if (!(error instanceof PermanentError)) return outage.failed(error);
      // That is said at the start.
      if (error instanceof NoQueriesError) return undefined;
      log.error(`InfluxDB refused ${what}`, { ...about, error: messageOf(error) });
      return undefined;
    }
  };
}
