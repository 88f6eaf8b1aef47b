import { pause } from '@nestwatch/common/backoff';
import type { Paint } from '@nestwatch/common/cli/colour';
import { messageOf } from '@nestwatch/common/errors';
import type { LayerRow } from './layer-row.ts';
import { renderLayers } from './render-layers.ts';

const TERMINAL_EVERY_MS = 2000;
const PIPE_EVERY_MS = 30_000;
const HOME_AND_CLEAR = '\u001b[H\u001b[J';

export interface ShowOptions {
  read(): Promise<LayerRow[]>;
  out: NodeJS.WriteStream;
  paint: Paint;
  signal: AbortSignal;
}

/** Shows the table until the signal is aborted: redrawn in place on a terminal, appended elsewhere. */
export async function showTable({ read, out, paint, signal }: ShowOptions): Promise<void> {
  do {
    const table = await read().then((rows) => renderLayers(rows, paint), messageOf);
    if (out.isTTY) {
      out.write(`${HOME_AND_CLEAR}${table}\nnpm run lab -- slow guest3=quota, npm run lab -- heal guest3\n`);
      out.write('Ctrl-C stops everything.\n');
    } else out.write(`\n${table}`);
  } while (await pause(out.isTTY ? TERMINAL_EVERY_MS : PIPE_EVERY_MS, signal));
}
