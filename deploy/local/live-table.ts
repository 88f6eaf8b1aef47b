import { renderLab } from '@nestwatch/collector/cli/render-lab';
import type { Store } from '@nestwatch/collector/influx/store';
import { readLab } from '@nestwatch/collector/read/lab-table';
import { pause } from '@nestwatch/common/backoff';
import type { Paint } from '@nestwatch/common/cli/colour';
import { messageOf } from '@nestwatch/common/errors';

const TERMINAL_EVERY_MS = 2000;
const PIPE_EVERY_MS = 10_000;
const HOME_AND_CLEAR = '\u001b[H\u001b[J';

export interface LiveTableOptions {
  store: Store;
  /** Only this lab; all of them without. */
  lab?: string;
  out: NodeJS.WriteStream;
  paint: Paint;
  /** Lines above the table. */
  heading: string;
  signal: AbortSignal;
}

/** Shows the lab table until the signal is aborted: redrawn in place on a terminal, appended elsewhere. */
export async function showLive({ store, lab, out, paint, heading, signal }: LiveTableOptions): Promise<void> {
  const everyMs = out.isTTY ? TERMINAL_EVERY_MS : PIPE_EVERY_MS;
  if (!out.isTTY) out.write(heading);
  do {
    const table = await tableText(store, lab, paint);
    if (out.isTTY) out.write(`${HOME_AND_CLEAR}${heading}\n${table}\nCtrl-C stops everything.\n`);
    else out.write(`\n${table}`);
  } while (await pause(everyMs, signal));
}

async function tableText(store: Store, lab: string | undefined, paint: Paint): Promise<string> {
  try {
    const rows = await readLab(store, lab);
    return rows.length === 0 ? 'no reports yet\n' : renderLab(rows, Date.now() * 1000, paint);
  } catch (error) {
    return `${messageOf(error)}\n`;
  }
}
