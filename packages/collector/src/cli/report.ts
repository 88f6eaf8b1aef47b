import { writeFile } from 'node:fs/promises';
import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import { VERSION } from '@nestwatch/common/version';
import { createReport } from '../analysis/report/create-report.ts';
import { openStore } from '../influx/store.ts';
import { readLabs } from '../read/nodes.ts';
import type { Reader } from '../read/query.ts';
import { htmlReport } from '../web/report/html.ts';
import { readLabView, spansOfReport } from '../web/view/read-lab-view.ts';
import { renderMarkdown } from './report/render-markdown.ts';
import { renderTerminal } from './report/render-terminal.ts';
import type { UserSchema } from './settings.ts';

/** `nestwatch report [LAB]`: a lab over a span of time, for people, machines, a wiki or as one file. */
export async function report(context: CommandContext<UserSchema>): Promise<number> {
  const { config, words, options, stdout, stderr, env } = context;
  const span = options['span'] ?? '7d';
  const spanMs = parseDuration(span);
  if (spanMs === undefined || spanMs <= 0) {
    throw new UsageError(`--span ${String(span)} is not allowed: give a time such as 12h, 7d or 30d`);
  }
  const store = await openStore(config);
  const lab = await chooseLab(store, words[0]);
  const toUs = Date.now() * 1000;
  const fromUs = toUs - spanMs * 1000;
  const found = await createReport(store, lab, { fromUs, toUs });
  const file = options['html'];
  if (typeof file === 'string') {
    const view = await readLabView(store, lab, toUs, spansOfReport(spanMs));
    await writeFile(file, htmlReport({ view, report: found, fromUs, version: VERSION }));
    stderr.write(`wrote the report of lab ${lab} to ${file}\n`);
  } else if (options['json']) stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (options['markdown']) stdout.write(renderMarkdown(found));
  else stdout.write(renderTerminal(found, paintFor(stdout, env)));
  if (found.nodes.length > 0) return EXIT.ok;
  stderr.write(`no node of lab ${lab} has reported in the last week\n`);
  return EXIT.failed;
}

/**
 * The lab that was named, or the only one there is.
 * @throws UsageError that lists the labs when there are several, or when the named one is none of them
 */
async function chooseLab(store: Reader, named: string | undefined): Promise<string> {
  const labs = (await readLabs(store)).sort();
  const [only] = labs;
  if (only === undefined) throw new UsageError('no lab has reported in the last 30 days');
  const list = labs.join(', ');
  if (named === undefined && labs.length > 1) throw new UsageError(`name one of the labs: ${list}`);
  if (named !== undefined && !labs.includes(named)) {
    throw new UsageError(`there is no lab ${named}; known are ${list}`);
  }
  return named ?? only;
}
