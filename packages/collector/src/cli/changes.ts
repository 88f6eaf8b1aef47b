import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { createChanges } from '../analysis/changes/create-changes.ts';
import { MOMENTS, parseMoment } from '../analysis/moment.ts';
import { renderChanges, renderChangesMarkdown } from './changes/render.ts';
import { chooseLab } from './choose-lab.ts';
import { openReader } from './open-reader.ts';
import { textOption, type UserSchema } from './settings.ts';

/** `nestwatch changes [LAB]`: what is different in a lab from what it was. */
export async function changes(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout, stderr, env } = context;
  const toUs = Date.now() * 1000;
  const given = textOption(context, 'since') ?? '1d';
  const sinceUs = parseMoment(given, toUs);
  if (sinceUs === undefined) throw new UsageError(`--since ${given} is not a moment: give ${MOMENTS}`);
  if (sinceUs >= toUs) throw new UsageError(`--since ${given} is in the future`);
  const store = await openReader(context);
  const lab = await chooseLab(store, words[0]);
  const found = await createChanges(store, { lab, sinceUs, toUs, isLive: true });
  if (options['json']) stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (options['markdown']) stdout.write(renderChangesMarkdown(found));
  else stdout.write(renderChanges(found, paintFor(stdout, env)));
  for (const note of found.notes) stderr.write(`${note}\n`);
  return EXIT.ok;
}
