import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldText, line, tagPart } from '../../../src/influx/points/line.ts';

test('a line has measurement, tags, fields and time', () => {
  const text = line(
    `m${tagPart('lab', 'a')}`,
    [
      ['x', 1.5],
      ['why', 'no'],
    ],
    7,
  );
  expect(text).toBe('m,lab=a x=1.5,why="no" 7');
});

test('what line protocol gives a meaning to is escaped', () => {
  expect(tagPart('name', 'a b,c=d')).toBe(',name=a\\ b\\,c\\=d');
  expect(fieldText('say "a\\b"')).toBe('"say \\"a\\\\b\\""');
});

test('a tag without value, and one that ends in backslashes, cannot break the line', () => {
  expect(tagPart('name', '')).toBe('');
  expect(tagPart('name', '\\\\')).toBe('');
  expect(tagPart('name', 'a\\')).toBe(',name=a');
  expect(tagPart('name', 'a\\ b\\c')).toBe(',name=a\\ b\\c');
});

test('what InfluxDB cannot store is left out, and a line without fields is none', () => {
  expect(
    line(
      'm',
      [
        ['a', Number.NaN],
        ['b', 2],
      ],
      1,
    ),
  ).toBe('m b=2 1');
  expect(line('m', [['a', Number.POSITIVE_INFINITY]], 1)).toBeUndefined();
});

describe('whatever the texts are', () => {
  test('a line stays one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (tag, value) => {
        const text = line(`m${tagPart('t', tag)}`, [['f', value]], 1) ?? '';
        expect(text).not.toMatch(/[\n\r]/);
        expect(text.endsWith(' 1')).toBe(true);
      }),
    );
  });

  test('the quotes around a string close where it ends', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const inner = (fieldText(value) ?? '').slice(1, -1);
        expect(inner.replace(/\\\\/g, '').replace(/\\"/g, '')).not.toContain('"');
      }),
    );
  });
});
