import { closeSync, openSync, read, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { createFileHost } from './file-host.ts';
import { attempt, DEFAULT_MAX_BYTES, type Host } from './host.ts';

/** Files for which the kernel takes the memory lock of a process, which one that is stuck may hold for ever. */
const MAY_HANG = /^\/proc\/\d+\/(?:task\/\d+\/)?(?:cmdline|environ|maps|smaps|smaps_rollup|numa_maps|exe)$/;

/** Of these, the file that is read most, and of which only reading may hang: opening and closing take no lock. */
const COMMAND_LINE = /\/cmdline$/;
const COMMAND_LINE_BYTES = 4096;

/**
 * A host for reading many small files that the kernel makes in memory, at every interval: it reads them on the
 * main thread. That costs about a tenth of the CPU of the same through the thread pool, which wakes two threads
 * for each of open, read and close, and in a guest each wake-up is an exit. Files that may hang go through the
 * thread pool all the same.
 */
export function createKernelFileHost(root = '/'): Host {
  // Every path is whole already, and joining is a good part of what a read costs.
  const at = root === '/' ? (path: string) => path : (path: string) => join(root, path);
  const patient = createFileHost(root);
  let room: Buffer = Buffer.allocUnsafeSlow(16 * 1024);

  /** Reads into one buffer that is kept: these files say they are 0 bytes long, so it grows as needed. */
  function readUpTo(path: string, maxBytes: number): string {
    const file = openSync(path, 'r');
    try {
      let length = 0;
      while (length < maxBytes) {
        if (length === room.length) room = Buffer.concat([room], room.length * 2);
        const count = readSync(file, room, length, Math.min(room.length, maxBytes) - length, null);
        if (count === 0) break;
        length += count;
      }
      return room.toString('utf8', 0, length);
    } finally {
      closeSync(file);
    }
  }

  return {
    ...patient,
    read: (path, maxBytes = DEFAULT_MAX_BYTES) =>
      !MAY_HANG.test(path)
        ? attempt(path, () => readUpTo(at(path), maxBytes))
        : COMMAND_LINE.test(path)
          ? attempt(path, () => readCommandLine(at(path), maxBytes))
          : patient.read(path, maxBytes),
    list: (path) => attempt(path, () => readdirSync(at(path)).sort()),
    link: (path) => (MAY_HANG.test(path) ? patient.link(path) : attempt(path, () => readlinkSync(at(path)))),
  };
}

/** Only the reading goes through the thread pool, and once for most: the kernel gives all that there is room for. */
async function readCommandLine(path: string, maxBytes: number): Promise<string> {
  const file = openSync(path, 'r');
  try {
    let line: Buffer = Buffer.alloc(0);
    for (let room = COMMAND_LINE_BYTES; ; room *= 4) {
      const wanted = Math.min(room, maxBytes - line.length);
      const chunk = await readChunk(file, wanted);
      line = line.length === 0 ? chunk : Buffer.concat([line, chunk]);
      if (chunk.length < wanted || line.length === maxBytes) return line.toString('utf8');
    }
  } finally {
    closeSync(file);
  }
}

function readChunk(file: number, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    read(file, Buffer.allocUnsafe(bytes), 0, bytes, null, (error, count, buffer) => {
      if (error === null) resolve(buffer.subarray(0, count));
      else reject(error);
    });
  });
}
