import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toFewBits } from '../../../src/influx/points/few-bits.ts';
import { fieldText, line, quoted } from '../../../src/influx/points/line.ts';
import { LineBuffer } from '../../../src/influx/points/line-buffer.ts';

function add(lines: LineBuffer, name: string, fields: Readonly<Record<string, number | string>>): void {
  lines.startLine(Buffer.from(name), Buffer.from(',lab=l'), ',guest=g');
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === 'number') lines.addNumber(Buffer.from(`${field}=`), value);
    else lines.addText(Buffer.from(`${field}=`), quoted(value));
  }
  lines.endLine(Buffer.from('9'));
}

/** Line protocol of a number as it is read back. */
function written(value: number): number {
  const lines = new LineBuffer();
  add(lines, 'm', { x: value });
  const text = /^m,lab=l,guest=g x=(\S+) 9\n$/.exec(lines.toString())?.[1] ?? '';
  expect(text).toMatch(/^-?\d+(\.\d+)?(e[-+]\d+)?$/);
  return Number(text);
}

test('whole numbers, and what has few decimal places, are exact', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(written(value)).toBe(value + 0);
    }),
  );
  const places = fc.tuple(fc.nat(1e9), fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(places, ([digits, places]) => {
      const value = Number(`${digits}e-${places}`);
      expect(written(value)).toBe(value);
    }),
  );
});

test('every number has nine significant digits', () => {
  const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });
  const usual = fc.double({ min: 0, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(anyNumber, usual), (value) => {
      expect(Math.abs(written(value) - value)).toBeLessThanOrEqual(Math.abs(value) * 5.01e-10);
    }),
    { numRuns: 1000 },
  );
});

test('a number of few bits is read back as it is, so that InfluxDB compresses it', () => {
  const rounded = (value: number) => {
    const lines = new LineBuffer();
    lines.startLine(Buffer.from('m'), Buffer.from(''), '');
    lines.addRounded(Buffer.from('x='), value);
    lines.endLine(Buffer.from('9'));
    return Number(/^m x=(\S+) 9\n$/.exec(lines.toString())?.[1]);
  };
  const usual = fc.double({ min: 0, max: 1e4, noNaN: true });
  const small = fc.double({ min: 0, max: 0.05, noNaN: true });
  const any = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.oneof(usual, small, any), (value) => {
      expect(rounded(value)).toBe(toFewBits(value) + 0);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [0, 0],
  [-0, 0],
  [0.999_999_999_999_9, 0.999_999_999_999_9],
  [41.999_999_999_999_99, 41.999_999_999_999_99],
  [5.000_000_000_000_1, 5],
  [1e21, 1e21],
  [-2.5, -2.5],
])('%d is written as %d', (value, expected) => {
  expect(written(value)).toBe(expected);
});

test('whatever the texts are, the bytes are those of the line as a text', () => {
  // Any units of UTF-16, halves of pairs among them.
  const text = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const fields = Object.fromEntries(texts.map((each, at) => [`f${at}`, each]));
      const lines = new LineBuffer();
      add(lines, 'm', fields);
      const expected = line('m,lab=l,guest=g', Object.entries(fields), 9);
      expect(Buffer.from(lines.bytes())).toEqual(Buffer.from(`${expected}\n`));
    }),
  );
});

test('it grows as far as it has to', () => {
  const lines = new LineBuffer();
  const text = 'é'.repeat(10_000);
  for (let at = 0; at < 200; at++) add(lines, 'm', { text });
  const expected = `m,lab=l,guest=g text=${fieldText(text)} 9\n`;
  expect(lines.toString()).toBe(expected.repeat(200));
});

test('a line without fields is none', () => {
  const lines = new LineBuffer();
  add(lines, 'a', { x: 1 });
  add(lines, 'b', {});
  expect(lines.toString()).toBe('a,lab=l,guest=g x=1 9\n');
  expect(lines.mark().lines).toBe(1);
});

test('what was added after a mark can be told apart, and taken back', () => {
  const lines = new LineBuffer();
  add(lines, 'a', { x: 1 });
  const [start, series] = [lines.mark(), lines.seriesFrom({ bytes: 0, lines: 0 })];
  add(lines, 'a', { x: 2 });
  add(lines, 'b', { x: 3 });
  const [again, other] = lines.seriesFrom(start);
  expect(again).toBe(series[0]);
  expect(other).not.toBe(again);
  expect(Buffer.from(lines.bytes(start)).toString()).toBe('a,lab=l,guest=g x=2 9\nb,lab=l,guest=g x=3 9\n');
  lines.cut(start);
  expect(lines.toString()).toBe('a,lab=l,guest=g x=1 9\n');
  expect(lines.seriesFrom(start)).toEqual([]);
  lines.clear();
  expect(lines.bytes()).toHaveLength(0);
});
