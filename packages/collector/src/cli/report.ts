import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import { createReport } from '../analysis/report/create-report.ts';
import { openStore } from '../influx/store.ts';
import { chooseLab } from './choose-lab.ts';
import { renderMarkdown } from './report/render-markdown.ts';
import { renderTerminal } from './report/render-terminal.ts';
import type { UserSchema } from './settings.ts';

/** `nestwatch report [LAB]`: a lab over a span of time, for people, machines or a wiki. */
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
  const found = await createReport(store, lab, { fromUs: toUs - spanMs * 1000, toUs });
  if (options['json']) stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (options['markdown']) stdout.write(renderMarkdown(found));
  else stdout.write(renderTerminal(found, paintFor(stdout, env)));
  if (found.nodes.length > 0) return EXIT.ok;
  stderr.write(`no node of lab ${lab} has reported in the last week\n`);
  return EXIT.failed;
}
