import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { run } from '../../debian/run.ts';

/**
 * Makes the two pipes of one of QEMU's chardevs of the kind "pipe", `path`.in and `path`.out, and listens.
 * @param onLine told each whole line that QEMU writes
 */
export async function openPipes(
  path: string,
  { busybox, onLine, onText }: { busybox: string; onLine(line: string): void; onText?(text: string): void },
) {
  for (const end of ['in', 'out']) {
    await rm(`${path}.${end}`, { force: true });
    await run(busybox, ['mkfifo', `${path}.${end}`]);
  }
  // Opened for writing too, so that opening does not wait for QEMU and QEMU's end is no end of file.
  const fd = openSync(`${path}.out`, constants.O_RDWR | constants.O_NONBLOCK);
  const input = openSync(`${path}.in`, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    onText?.(chunk);
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  socket.on('error', () => undefined);
  return {
    /** @throws Error when QEMU has not read the pipe for long */
    write: (line: string) => void writeSync(input, `${line}\n`),
    close() {
      socket.destroy();
      closeSync(input);
    },
  };
}
