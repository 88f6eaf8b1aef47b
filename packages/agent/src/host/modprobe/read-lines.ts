import { type Host, valueIn } from '../host.ts';
import { KERNEL_COMMAND_LINE, type ModprobeLine, parseCommandLine, parseModprobe } from './lines.ts';

/** Where modprobe looks, first wins for files of one name (modprobe.d(5)). */
const FOLDERS = [
  '/etc/modprobe.d',
  '/run/modprobe.d',
  '/usr/local/lib/modprobe.d',
  '/usr/lib/modprobe.d',
  '/lib/modprobe.d',
];

/**
 * All lines in the order in which they count, the last one most: files by their base name, whatever folder they are in,
 * then the kernel's command line.
 */
export async function readModprobeLines(host: Host): Promise<ModprobeLine[]> {
  const files = new Map<string, { file: string; text: string }>();
  for (const folder of FOLDERS) {
    for (const name of valueIn(await host.list(folder)) ?? []) {
      if (!/^[^.].*\.conf$/.test(name) || files.has(name)) continue;
      const file = `${folder}/${name}`;
      const read = await host.read(file, 256 * 1024);
      // One that may not be read hides others all the same; a folder and a link to nothing do not.
      if (read.state === 'known') files.set(name, { file, text: read.value });
      else if (read.state === 'denied') files.set(name, { file, text: '' });
    }
  }
  const sorted = [...files].sort(([one], [two]) => (one < two ? -1 : 1)).map(([, file]) => file);
  const lines = sorted.flatMap(({ file, text }) => parseModprobe(text).map((words) => ({ file, words })));
  const commandLine = valueIn(await host.read(KERNEL_COMMAND_LINE, 64 * 1024)) ?? '';
  return [...lines, ...parseCommandLine(commandLine).map((words) => ({ file: KERNEL_COMMAND_LINE, words }))];
}
