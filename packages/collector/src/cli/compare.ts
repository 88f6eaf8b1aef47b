import { writeFile } from 'node:fs/promises';
import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { VERSION } from '@nestwatch/common/version';
import { type Comparison, comparisonAsJson } from '../analysis/compare/comparison.ts';
import { createComparison } from '../analysis/compare/create-comparison.ts';
import { requestOf } from '../analysis/compare/request.ts';
import { failures } from '../analysis/compare/text.ts';
import { htmlComparison } from '../web/compare/html-file.ts';
import { chooseLabs } from './compare/choose-labs.ts';
import { renderMarkdown } from './compare/render-markdown.ts';
import { renderTerminal } from './compare/render-terminal.ts';
import { openReader } from './open-reader.ts';
import { textOption, type UserSchema } from './settings.ts';

/** Something is slower by more than --fail-above allows. */
const EXIT_SLOWER = 3;

/** `nestwatch compare`: two spans of time, two labs, or two environments. */
export async function compare(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, lists, stdout, stderr, env } = context;
  const store = await openReader(context);
  const many = (name: string) => lists[name] ?? [];
  const lab = await chooseLabs(store, words, many('lab'));
  const one = (name: string) => textOption(context, name);
  const request = requestOf({ lab, one, many }, Date.now() * 1000);
  const found = await createComparison(store, request);
  const file = one('html');
  if (file !== undefined) {
    await writeFile(file, htmlComparison(found, VERSION));
    stderr.write(`wrote the comparison to ${file}\n`);
  } else if (options['json']) stdout.write(`${comparisonAsJson(found)}\n`);
  else if (options['markdown']) stdout.write(renderMarkdown(found));
  else stdout.write(renderTerminal(found, paintFor(stdout, env)));
  return exitCode(found, stderr);
}

/** A pipeline must not take what could not be compared for what is as fast as before. */
function exitCode(found: Comparison, stderr: NodeJS.WriteStream): number {
  const slower = failures(found);
  for (const each of slower) stderr.write(`slower by more than ${found.failAbove} times: ${each}\n`);
  if (slower.length > 0) return EXIT_SLOWER;
  const isSomething = found.streams.some(({ rows }) => rows.some(({ change }) => change !== undefined));
  if (isSomething) return EXIT.ok;
  stderr.write('nothing to compare: no benchmark has comparable results on both sides\n');
  return EXIT.failed;
}
