import { open, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt, DEFAULT_MAX_BYTES, type Host } from './host.ts';

/** The real files below a root: "/" in production, a fixture folder in tests. */
export function createFileHost(root = '/'): Host {
  const at = (path: string) => join(root, path);
  return {
    root,
    read: (path, maxBytes = DEFAULT_MAX_BYTES) => attempt(path, () => readUpTo(at(path), maxBytes)),
    list: (path) => attempt(path, async () => (await readdir(at(path))).sort()),
    link: (path) => attempt(path, () => readlink(at(path))),
    mode: (path) => attempt(path, async () => (await stat(at(path))).mode & PERMISSIONS),
    open: (path) => attempt(path, () => openAndClose(at(path))),
    readAt: (path, offset, length) => attempt(path, () => readExactly(at(path), offset, length)),
  };
}

const PERMISSIONS = 0o777;

/** Files of /proc and /sys say they are 0 bytes long, so the size is found by reading. */
async function readUpTo(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    while (length < maxBytes) {
      const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, maxBytes - length));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      chunks.push(chunk.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await file.close();
  }
}

async function openAndClose(path: string): Promise<true> {
  const file = await open(path, 'r+');
  await file.close();
  return true;
}

async function readExactly(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    if (bytesRead < length) throw new Error(`${bytesRead} of ${length} bytes at offset ${offset}`);
    return buffer;
  } finally {
    await file.close();
  }
}
