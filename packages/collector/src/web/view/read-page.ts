import { messageOf, PermanentError, RetryableError } from '@nestwatch/common/errors';
import { createChanges } from '../../analysis/changes/create-changes.ts';
import { readNodes } from '../../read/nodes.ts';
import type { HistoryReader } from '../../read/query.ts';
import { type LabAddress, timesOf } from '../address/lab-address.ts';
import type { ChangesPart } from '../html/lab-changes.ts';
import { modeOf } from '../overview/mode.ts';
import { figureOf } from './figures.ts';
import { pageRequest } from './lab-request.ts';
import { shownMetrics, slowdownMetric } from './metrics.ts';
import { readLabView } from './read-lab-view.ts';
import type { LabView } from './view.ts';

/** Of many machines no more results are read of each benchmark than make its figure. */
const RESULTS_OF_MANY = 5;

/**
 * Reads what a page of a lab, or of a machine of it, shows. Of many machines only the quantity that is looked at is read.
 * @throws what the store throws when InfluxDB cannot be asked
 */
export async function readPageView(
  store: HistoryReader,
  address: LabAddress,
  nowUs: number,
): Promise<LabView> {
  const times = timesOf(address, nowUs);
  const nodes = (await readNodes(store)).filter(({ lab }) => lab === address.lab);
  const open = address.node ?? address.open;
  if (modeOf({ nodes }) !== 'tiles') {
    const metrics = [slowdownMetric, ...shownMetrics];
    return readLabView(store, pageRequest(address.lab, times, { metrics, open }));
  }
  const chosen = figureOf(address.show).metric;
  const metrics = chosen === undefined ? [] : [chosen];
  return readLabView(store, pageRequest(address.lab, times, { metrics, open, mostResults: RESULTS_OF_MANY }));
}

/** What is different, or why that cannot be said: the rest of the page is shown all the same. */
export async function readChangesPart(
  store: HistoryReader,
  address: LabAddress,
  nowUs: number,
): Promise<ChangesPart> {
  const { sinceUs, toUs, isLive } = timesOf(address, nowUs);
  try {
    return await createChanges(store, { lab: address.lab, sinceUs, toUs, isLive });
  } catch (error) {
    if (!(error instanceof PermanentError || error instanceof RetryableError)) throw error;
    return { unreadable: messageOf(error) };
  }
}
