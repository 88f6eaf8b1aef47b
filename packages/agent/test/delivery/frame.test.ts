import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32, encodeFrame, type Frame, scanFrames } from '../../src/delivery/frame.ts';

const message = fc.record({
  type: fc.constant('message' as const),
  kind: fc.constantFrom('sample', 'capability', 'benchmark', 'event'),
  seq: fc.integer({ min: 1, max: 2 ** 50 }),
  wallUs: fc.integer({ min: 0, max: 2 ** 52 }),
  bytes: fc.uint8Array({ maxLength: 200 }),
}) as fc.Arbitrary<Frame & { type: 'message' }>;

const plain = (frame: Frame) =>
  frame.type === 'message' ? { ...frame, bytes: Buffer.from(frame.bytes).toString('hex') } : frame;

test('crc32 is the one of zlib', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  if (zlibCrc32 === undefined) return;
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => crc32(bytes) === zlibCrc32(bytes)));
});

test('what was written is read', () => {
  fc.assert(
    fc.property(fc.array(message), (frames) => {
      const { frames: read, damagedBytes } = scanFrames(Buffer.concat(frames.map(encodeFrame)));
      expect(damagedBytes).toBe(0);
      expect(read.map(({ frame }) => plain(frame))).toEqual(frames.map(plain));
    }),
  );
});

test('a file cut anywhere still gives every frame before the cut', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), fc.nat(), (frames, where) => {
      const parts = frames.map(encodeFrame);
      const file = Buffer.concat(parts);
      const cut = where % (file.length + 1);
      let whole = 0;
      for (let end = 0; whole < parts.length; whole++) {
        end += parts[whole]?.length ?? 0;
        if (end > cut) break;
      }
      const { frames: read } = scanFrames(file.subarray(0, cut));
      expect(read.map(({ frame }) => plain(frame))).toEqual(frames.slice(0, whole).map(plain));
    }),
  );
});

test('a damaged byte costs the frame it stands in, and no other', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 2, maxLength: 8 }), fc.nat(), (frames, where) => {
      const parts = frames.map(encodeFrame);
      const file = Buffer.concat(parts);
      const at = where % file.length;
      let hit = 0;
      for (let end = parts[0]?.length ?? 0; at >= end; ) end += parts[++hit]?.length ?? 0;
      file[at] = (file[at] ?? 0) ^ 0x40;
      const read = scanFrames(file).frames.map(({ frame }) => JSON.stringify(plain(frame)));
      const others = frames.filter((_, index) => index !== hit).map((frame) => JSON.stringify(plain(frame)));
      for (const other of others) expect(read).toContain(other);
      expect(read.length).toBe(others.length);
    }),
  );
});

test('noise is no frame', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => {
      const { frames, damagedBytes } = scanFrames(Buffer.from(noise));
      expect(frames).toEqual([]);
      expect(damagedBytes).toBe(noise.length);
    }),
  );
});
