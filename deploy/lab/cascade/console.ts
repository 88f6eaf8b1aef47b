import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPipes } from './pipes.ts';

const KEPT_LINES = 20;

/**
 * The console of guest0, which carries what all layers say up and the orders down: makes its pipes in a folder and
 * listens. Everything is also written to console.log there.
 */
export async function openConsole(
  folder: string,
  { busybox, onLine }: { busybox: string; onLine: (line: ConsoleLine) => void },
) {
  const path = join(folder, 'console');
  const log = createWriteStream(`${path}.log`);
  const kept = new Map<string, string[]>();
  const pipes = await openPipes(path, {
    busybox,
    onText: (text) => log.write(text),
    onLine(line) {
      const parsed = parseConsoleLine(line);
      if (parsed === undefined) return;
      const earlier = kept.get(parsed.layer) ?? [];
      kept.set(parsed.layer, [...earlier, parsed.text].slice(-KEPT_LINES));
      onLine(parsed);
    },
  });
  return {
    /** For QEMU's -chardev pipe: the path of which .in and .out are the two pipes. */
    path,
    /** What this layer said last, oldest first. */
    tail: (layer: string) => kept.get(layer) ?? [],
    close() {
      pipes.close();
      log.end();
    },
  };
}

export type Console = Awaited<ReturnType<typeof openConsole>>;

/** Splits "guestN: text" or "guestN-M: text"; undefined for anything else. */
export function parseConsoleLine(line: string) {
  const match = /^(guest\d(?:-\d+)?): (.*?)\r*$/.exec(line);
  return match === null ? undefined : { layer: match[1] ?? '', text: match[2] ?? '' };
}

/** One line that a machine of a layer said, under its name: "guest2: kernel up". */
export type ConsoleLine = NonNullable<ReturnType<typeof parseConsoleLine>>;

/** Sends an order to a layer of the lab that runs in a folder: every layer hands on what is not for it. */
export async function sendOrder(folder: string, layer: string, order: string): Promise<void> {
  // Appending to a pipe writes to it; nothing is truncated.
  await writeFile(join(folder, 'console.in'), `${layer} ${order}\n`, { flag: 'a' });
}
