import type { Range } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';

/**
 * What a segment file consists of, one after another:
 *
 *   "NWOB"  u32 length of body  u32 CRC-32 of body  body
 *
 * Little endian. The first body of a file is a `start`. A reader that meets anything else than a sound frame looks
 * for the next "NWOB", so a torn or damaged frame costs itself only.
 */
export type Frame =
  | { readonly type: 'start'; readonly runId: string; readonly wallUs: number }
  | {
      readonly type: 'message';
      readonly kind: Kind;
      readonly seq: number;
      readonly wallUs: number;
      readonly bytes: Uint8Array;
    }
  /** Messages that the outbox dropped at its limits, and that the collector may not know about yet. */
  | { readonly type: 'dropped'; readonly runId: string; readonly ranges: readonly Range[] };

interface Located {
  readonly frame: Frame;
  /** Where the frame begins in the file, bytes. */
  readonly offset: number;
  readonly length: number;
}

const MAGIC = Buffer.from('NWOB', 'latin1');
const HEAD_BYTES = 12;
const MESSAGE_HEAD_BYTES = 18;
const START = 0;
const MESSAGE = 1;
const DROPPED = 2;
/** No message comes near; a longer length is a damaged one. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

// Numbers on disk, so that the order of the kinds in the code may change.
const KIND_NUMBERS: Readonly<Record<Kind, number>> = { sample: 1, capability: 2, benchmark: 3, event: 4 };
const KIND_OF = new Map(Object.entries(KIND_NUMBERS).map(([kind, number]) => [number, kind as Kind]));

export function encodeFrame(frame: Frame): Buffer {
  const body = encodeBody(frame);
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  MAGIC.copy(head);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(crc32(body), 8);
  return Buffer.concat([head, body]);
}

/** Every sound frame of a file, in order, and how many bytes belong to none. */
export function scanFrames(file: Buffer): { frames: readonly Located[]; damagedBytes: number } {
  const frames: Located[] = [];
  let damagedBytes = 0;
  let offset = 0;
  while (offset < file.length) {
    const found = decodeAt(file, offset);
    if (found !== undefined) {
      frames.push(found);
      offset += found.length;
      continue;
    }
    const next = file.indexOf(MAGIC, offset + 1);
    const end = next === -1 ? file.length : next;
    damagedBytes += end - offset;
    offset = end;
  }
  return { frames, damagedBytes };
}

/** The frame that begins at `offset`; undefined when there is no sound one. */
export function decodeAt(file: Buffer, offset: number): Located | undefined {
  if (offset + HEAD_BYTES > file.length || !file.subarray(offset, offset + 4).equals(MAGIC)) return undefined;
  const length = file.readUInt32LE(offset + 4);
  const end = offset + HEAD_BYTES + length;
  if (length > MAX_BODY_BYTES || end > file.length) return undefined;
  const body = file.subarray(offset + HEAD_BYTES, end);
  if (crc32(body) !== file.readUInt32LE(offset + 8)) return undefined;
  const frame = decodeBody(body);
  return frame === undefined ? undefined : { frame, offset, length: end - offset };
}

function encodeBody(frame: Frame): Buffer {
  if (frame.type === 'start') {
    const head = Buffer.allocUnsafe(9);
    head.writeUInt8(START, 0);
    head.writeDoubleLE(frame.wallUs, 1);
    return Buffer.concat([head, Buffer.from(frame.runId)]);
  }
  if (frame.type === 'dropped') {
    return Buffer.concat([
      Buffer.of(DROPPED),
      Buffer.from(JSON.stringify({ boot: frame.runId, ranges: frame.ranges })),
    ]);
  }
  const head = Buffer.allocUnsafe(MESSAGE_HEAD_BYTES);
  head.writeUInt8(MESSAGE, 0);
  head.writeUInt8(KIND_NUMBERS[frame.kind], 1);
  head.writeDoubleLE(frame.seq, 2);
  head.writeDoubleLE(frame.wallUs, 10);
  return Buffer.concat([head, frame.bytes]);
}

function decodeBody(body: Buffer): Frame | undefined {
  const type = body[0];
  if (type === START && body.length > 9) {
    return { type: 'start', wallUs: body.readDoubleLE(1), runId: body.toString('utf8', 9) };
  }
  if (type === MESSAGE && body.length >= MESSAGE_HEAD_BYTES) {
    const kind = KIND_OF.get(body[1] ?? 0);
    if (kind === undefined) return undefined;
    return {
      type: 'message',
      kind,
      seq: body.readDoubleLE(2),
      wallUs: body.readDoubleLE(10),
      bytes: body.subarray(MESSAGE_HEAD_BYTES),
    };
  }
  if (type === DROPPED) return decodeDropped(body.toString('utf8', 1));
  return undefined;
}

function decodeDropped(text: string): Frame | undefined {
  try {
    const { boot, ranges } = JSON.parse(text) as { boot: string; ranges: Range[] };
    return { type: 'dropped', runId: boot, ranges };
  } catch {
    return undefined;
  }
}

// zlib.crc32 came with Node 20.15 only, and agents run on whatever 20 their distribution has.
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as in zlib and Ethernet (ISO 3309), unsigned. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ (CRC_TABLE[(value ^ byte) & 0xff] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}
