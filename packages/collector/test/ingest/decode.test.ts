import { PermanentError } from '@nestwatch/common/errors';
import { v1 } from '@nestwatch/proto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineBuffer } from '../../src/influx/points/line-buffer.ts';
import { decodeMessage } from '../../src/ingest/decode.ts';
import { addMessageLines } from '../../src/ingest/message-lines.ts';

const subject = 'nestwatch.lab.n0.event';
const good = { lab: 'lab', node: 'n0', name: 'n0', boot: 'b', seq: 1, wallUs: Date.UTC(2026, 0) * 1000 };
const encode = (header: object) => v1.Event.encode({ header, kind: 1, text: 'hello' }).finish();

test('a good message is understood', () => {
  const message = decodeMessage(subject, encode(good));
  expect(message).toMatchObject({ lab: 'lab', node: 'n0', kind: 'event', header: { seq: 1 } });
  const lines = new LineBuffer();
  addMessageLines(message, 2000, lines);
  const tags = 'lab=lab,layer=unknown,name=n0,node=n0,parent=none';
  expect(lines.toString().split('\n')).toEqual([
    `nestwatch_event,${tags} kind=1,text="hello" 1767225600000000`,
    `nestwatch_report,${tags},kind=event seq=1,boot="b",placed_by_lab_time=0,message_bytes=${message.bytes} 1767225600000000`,
    '',
  ]);
});

describe('refused, with the reason', () => {
  test.each([
    ['another node', { ...good, node: 'n1' }, /node is "n1", allowed is n0/],
    ['another lab', { ...good, lab: 'x' }, /lab is "x"/],
    ['no sequence number', { ...good, seq: 0 }, /seq is 0/],
    ['the year 1970', { ...good, wallUs: 5 }, /wall_us is 5/],
    ['a negative time', { ...good, wallUs: -5 }, /wall_us is -5/],
    ['a lab time in the year 2500', { ...good, labUs: Date.UTC(2500, 0) * 1000 }, /lab_us/],
    ['a rate that is not a number', { ...good, labRate: Number.NaN }, /lab_rate/],
    ['a name without end', { ...good, name: 'x'.repeat(1000) }, /name is "1000 characters"/],
    ['a layer without end', { ...good, layer: 1e6 }, /layer/],
  ])('%s', (_, header, reason) => {
    expect(() => decodeMessage(subject, encode(header))).toThrow(reason);
  });

  test('a message without header, and a subject that is none of ours', () => {
    expect(() => decodeMessage(subject, new Uint8Array())).toThrow(/header is missing/);
    expect(() => decodeMessage('nestwatch.a.b', encode(good))).toThrow(/does not belong to nestwatch/);
  });
});

test('any bytes are either understood or refused as permanent', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeMessage(subject, bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(PermanentError);
      }
    }),
    { numRuns: 2000 },
  );
});
