import { writeFile } from 'node:fs/promises';
import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { VERSION } from '@nestwatch/common/version';
import { createReport } from '../analysis/report/create-report.ts';
import { htmlReport } from '../web/report/html.ts';
import { reportRequest } from '../web/view/lab-request.ts';
import { readLabView } from '../web/view/read-lab-view.ts';
import { chooseLab } from './choose-lab.ts';
import { openReader } from './open-reader.ts';
import { renderMarkdown } from './report/render-markdown.ts';
import { renderTerminal } from './report/render-terminal.ts';
import type { UserSchema } from './settings.ts';
import { spanMsOf } from './span.ts';

/** `nestwatch report [LAB]`: a lab over a span of time, for people, machines, a wiki or as one file. */
export async function report(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout, stderr, env } = context;
  const spanMs = spanMsOf(context, '7d');
  const store = await openReader(context);
  const lab = await chooseLab(store, words[0]);
  const toUs = Date.now() * 1000;
  const fromUs = toUs - spanMs * 1000;
  const found = await createReport(store, lab, { fromUs, toUs });
  const file = options['html'];
  if (typeof file === 'string') {
    const view = await readLabView(store, reportRequest(lab, spanMs, toUs));
    await writeFile(file, htmlReport({ view, report: found, fromUs, version: VERSION }));
    stderr.write(`wrote the report of lab ${lab} to ${file}\n`);
  } else if (options['json']) stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (options['markdown']) stdout.write(renderMarkdown(found));
  else stdout.write(renderTerminal(found, paintFor(stdout, env)));
  if (found.nodes.length > 0) return EXIT.ok;
  stderr.write(`no node of lab ${lab} has reported in the last week\n`);
  return EXIT.failed;
}
