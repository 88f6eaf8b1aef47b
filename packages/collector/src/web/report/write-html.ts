import { writeFile } from 'node:fs/promises';
import type { Clock } from '@nestwatch/common/clock';
import { UsageError } from '@nestwatch/common/errors';
import { VERSION } from '@nestwatch/common/version';
import { createReport } from '../../analysis/report/create-report.ts';
import { readLabs } from '../../read/nodes.ts';
import type { Reader } from '../../read/query.ts';
import type { Spans } from '../view/read-lab-view.ts';
import { readLabView } from '../view/read-lab-view.ts';
import { htmlReport } from './html.ts';

/** So many values make a line: more than the pixels of a chart show nothing. */
const POINTS = 240;

/**
 * Writes the report of a lab as one HTML file.
 * @param lab the lab, or undefined for the one heard of last
 * @param spanMs how far back it looks
 * @returns the lab that was reported on
 * @throws UsageError when there is no such lab; what the store and the file system throw
 */
export async function writeHtmlReport(
  store: Reader,
  clock: Clock,
  lab: string | undefined,
  spanMs: number,
  file: string,
): Promise<string> {
  const labs = await readLabs(store);
  const chosen = lab ?? labs[0];
  if (chosen === undefined)
    throw new UsageError('nothing has reported yet, so there is nothing to report on');
  if (!labs.includes(chosen)) {
    throw new UsageError(`there is no lab ${chosen}; known are ${labs.join(', ') || 'none'}`);
  }
  const nowUs = clock.wallUs();
  const fromUs = nowUs - spanMs * 1000;
  const [view, report] = await Promise.all([
    readLabView(store, chosen, nowUs, spansOf(spanMs)),
    createReport(store, chosen, { fromUs, toUs: nowUs }),
  ]);
  await writeFile(file, htmlReport({ view, report, fromUs, version: VERSION }));
  return chosen;
}

function spansOf(spanMs: number): Spans {
  return {
    historyMs: spanMs,
    eventsMs: spanMs,
    metricsMs: spanMs,
    everyMs: Math.max(10_000, Math.round(spanMs / POINTS)),
    mostResults: 500,
    mostEvents: 40,
  };
}
