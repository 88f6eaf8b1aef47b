import { writeFile } from 'node:fs/promises';
import type { Clock } from '@nestwatch/common/clock';
import { UsageError } from '@nestwatch/common/errors';
import { VERSION } from '@nestwatch/common/version';
import { createReport } from '../../analysis/report/create-report.ts';
import type { Spans } from '../../read/page/queries.ts';
import { type Reader, readLabs, readLabView } from '../../read/page/read-lab-view.ts';
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

/** InfluxQL takes whole seconds everywhere. */
function spansOf(spanMs: number): Spans {
  const seconds = Math.max(60, Math.round(spanMs / 1000));
  const span = `${seconds}s`;
  return {
    ...{ history: span, events: span, alerts: '15m', metrics: span },
    bucket: `${Math.max(10, Math.round(seconds / POINTS))}s`,
    ...{ results: 500, happenings: 40 },
  };
}
