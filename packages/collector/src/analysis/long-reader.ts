import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { readMachineBlocks, readResultBlocks } from '../read/long-history.ts';
import type { Reader } from '../read/query.ts';
import { DRIFT } from './detect/drift.ts';
import { createLongViews, type LongViews, NO_VIEWS } from './long-views.ts';

const DAY_US = 86_400_000_000;
/** Twenty rounds of the default schedule, of which there are four a day. */
const STRETCH_US = 5 * DAY_US;

/**
 * Reads once a day what is older than the results that are judged, from the thinned-out history: all that a drift is
 * measured from, so that a restart forgets nothing of it. Never throws: without it a drift is seen as far as results are.
 * @param queryThinned undefined where nothing is thinned out
 */
export function createLongReader(queryThinned: Reader['query'] | undefined, log: Log) {
  let views = NO_VIEWS;
  let readUs = Number.NEGATIVE_INFINITY;
  return async (nowUs: number, judgedFromUs: number): Promise<LongViews> => {
    if (queryThinned === undefined || nowUs - readUs < DAY_US) return views;
    readUs = nowUs;
    const toUs = Math.floor(judgedFromUs / STRETCH_US) * STRETCH_US;
    const fromUs = toUs - DRIFT.blocks * STRETCH_US;
    try {
      const long = { query: queryThinned };
      const stretches = { fromUs, toUs, lengthUs: STRETCH_US };
      const [results, machines] = await Promise.all([
        readResultBlocks(long, stretches),
        readMachineBlocks(long, stretches),
      ]);
      views = createLongViews(results, machines);
    } catch (error) {
      log.debug('cannot read the thinned-out history: drifts are only found within watch.history', {
        error: messageOf(error),
      });
    }
    return views;
  };
}
