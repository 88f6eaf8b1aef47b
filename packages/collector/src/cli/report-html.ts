import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { systemClock } from '@nestwatch/common/clock';
import { durationMs } from '@nestwatch/common/config/setting';
import { openStore } from '../influx/store.ts';
import { writeHtmlReport } from '../web/report/write-html.ts';
import type { UserSchema } from './settings.ts';

const SPAN = durationMs('how far back', { default: 7 * 86_400_000, minMs: 60_000, maxMs: 366 * 86_400_000 });

/** `nestwatch report [LAB] --html FILE`: the lab's figures as one file. */
export async function reportHtml(
  { config, words, options, stderr }: CommandContext<UserSchema>,
  file: string,
): Promise<number> {
  const spanMs = options['span'] === undefined ? SPAN.default : SPAN.parse(options['span']);
  const lab = await writeHtmlReport(await openStore(config), systemClock, words[0], spanMs, file);
  stderr.write(`wrote the report of lab ${lab} to ${file}\n`);
  return EXIT.ok;
}
