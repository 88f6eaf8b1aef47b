import { pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';

const TERMINAL_EVERY_MS = 2000;
const HOME_AND_CLEAR = '\u001b[H\u001b[J';

export interface LiveTableOptions {
  /** Reads the table and renders it. */
  table(): Promise<string>;
  out: NodeJS.WriteStream;
  /** Lines above it; not on a terminal, once above all tables. */
  heading?: string;
  /** Lines below it on a terminal. */
  hint?: string;
  /** Time from one table to the next where `out` is no terminal. */
  pipeEveryMs: number;
  signal: AbortSignal;
}

/** Shows a table until the signal is aborted: redrawn in place on a terminal, appended elsewhere. */
export async function showLive(options: LiveTableOptions): Promise<void> {
  const { out, heading = '', hint = '', pipeEveryMs, signal } = options;
  if (!out.isTTY) out.write(heading);
  do {
    const table = await options.table().catch((error: unknown) => `${messageOf(error)}\n`);
    const above = heading === '' ? '' : `${heading}\n`;
    if (out.isTTY) out.write(`${HOME_AND_CLEAR}${above}${table}\n${hint}Ctrl-C stops everything.\n`);
    else out.write(`\n${table}`);
  } while (await pause(out.isTTY ? TERMINAL_EVERY_MS : pipeEveryMs, signal));
}
