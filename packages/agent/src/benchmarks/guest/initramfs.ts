import { tinyInit } from './tiny-init.ts';

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly data?: Buffer;
  readonly device?: readonly [number, number];
}

/** An initial RAM file system with one program and the console, in the kernel's "newc" format (initramfs buffer format). */
export function tinyInitramfs(): Buffer {
  const entries: Entry[] = [
    { name: 'dev', mode: 0o040755 },
    { name: 'dev/console', mode: 0o020600, device: [5, 1] },
    { name: 'init', mode: 0o100755, data: tinyInit() },
    { name: 'TRAILER!!!', mode: 0 },
  ];
  return Buffer.concat(entries.map(encode));
}

function encode({ name, mode, data = Buffer.alloc(0), device = [0, 0] }: Entry, at: number): Buffer {
  const fields = [at + 1, mode, 0, 0, 1, 0, data.length, 0, 0, ...device, name.length + 1, 0];
  const hex = fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  return Buffer.concat([padded(Buffer.from(`070701${hex}${name}\0`)), padded(data)]);
}

/** Header with name, and data, each end on a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
