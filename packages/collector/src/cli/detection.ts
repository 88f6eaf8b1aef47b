import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { createLabPromise } from '../analysis/promise/lab-promise.ts';
import type { LabPromise } from '../analysis/promise/promise.ts';
import { timeText } from '../analysis/report/text.ts';
import { chooseLab } from './choose-lab.ts';
import { PROMISE_COLUMNS, PROMISE_MEANING, rowsOf } from './detection/columns.ts';
import { section } from './markdown.ts';
import { openReader } from './open-reader.ts';
import type { UserSchema } from './settings.ts';
import { spanMsOf } from './span.ts';

/** `nestwatch detection [LAB]`: tries the detection on a lab's own history. Exit 1 when there is none. */
export async function detection(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout, stderr } = context;
  const spanMs = spanMsOf(context, '30d');
  const store = await openReader(context);
  const lab = await chooseLab(store, words[0]);
  const toUs = Date.now() * 1000;
  const found = await createLabPromise(store, lab, { fromUs: toUs - spanMs * 1000, toUs });
  if (options['json']) stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.streams.length > 0) stdout.write(options['markdown'] ? markdown(found) : terminal(found));
  if (found.streams.length > 0) return EXIT.ok;
  stderr.write(`lab ${lab} has no results of benchmarks in that time\n`);
  return EXIT.failed;
}

function terminal(found: LabPromise): string {
  const columns = PROMISE_COLUMNS.map(({ title, value }) => ({ title: title.toUpperCase(), value }));
  return `${titleOf(found)}\n${renderTable(columns, rowsOf(found))}${PROMISE_MEANING}\n`;
}

function markdown(found: LabPromise): string {
  const rows = rowsOf(found).map((row) => PROMISE_COLUMNS.map(({ value }) => value(row)));
  const titles = PROMISE_COLUMNS.map(({ title }) => title);
  return `${section(titleOf(found), titles, rows).join('\n')}\n${PROMISE_MEANING}\n`;
}

function titleOf({ lab, fromUs, toUs }: LabPromise): string {
  return `Detection on the history of lab ${lab}, ${timeText(fromUs)} to ${timeText(toUs)} UTC`;
}
