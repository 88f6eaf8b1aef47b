import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { readFiring } from '../read/alerts.ts';
import { readLab, rowsAsJson } from '../read/lab-table.ts';
import { openReader } from './open-reader.ts';
import { renderFiring, renderLab } from './render-lab.ts';
import type { UserSchema } from './settings.ts';

/** `nestwatch lab [LAB]`: one row for each node. Exit 1 when nothing has reported. */
export async function showLab(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout, stderr, env } = context;
  const store = await openReader(context);
  const [rows, alerts] = await Promise.all([readLab(store, words[0]), readFiring(store, words[0])]);
  const paint = paintFor(stdout, env);
  if (options['json']) stdout.write(`${rowsAsJson(rows)}\n`);
  else if (rows.length > 0)
    stdout.write(renderLab(rows, Date.now() * 1000, paint) + renderFiring(alerts, paint));
  if (rows.length > 0) return EXIT.ok;
  stderr.write(`no node${words[0] === undefined ? '' : ` of lab ${words[0]}`} has reported yet\n`);
  return EXIT.failed;
}
