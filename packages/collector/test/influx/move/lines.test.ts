import { expect, test } from 'vitest';
import { fieldTypesOf, isCut } from '../../../src/influx/move/answers.ts';
import { linesOfSeries } from '../../../src/influx/move/lines.ts';
import type { Series } from '../../../src/influx/query-answer.ts';

const types = fieldTypesOf([
  {
    name: 'm',
    tags: {},
    rows: [
      { fieldKey: 'f', fieldType: 'float' },
      { fieldKey: 'i', fieldType: 'integer' },
      { fieldKey: 'u', fieldType: 'unsigned' },
      { fieldKey: 'b', fieldType: 'boolean' },
      { fieldKey: 's', fieldType: 'string' },
      // Of an older shard.
      { fieldKey: 'f', fieldType: 'integer' },
    ],
  },
]);

test('values keep their types, and what a point has not stays away', () => {
  const series: Series[] = [
    {
      name: 'm',
      tags: { lab: 'a b', node: '', name: 'x,y=z' },
      rows: [
        { time: 1, f: 1, i: 2, u: 3, b: false, s: 'say "x" \\' },
        { time: 2, f: null, i: null, u: null, b: null, s: null },
        { time: 3, f: 0.5, i: null, u: null, b: true, s: '' },
      ],
    },
  ];
  expect(linesOfSeries(series, { measurement: 'm', types: types.get('m') ?? new Map(), firstUs: 1 })).toEqual(
    {
      lines: [
        'm,lab=a\\ b,name=x\\,y\\=z f=1,i=2i,u=3u,b=false,s="say \\"x\\" \\\\" 1',
        'm,lab=a\\ b,name=x\\,y\\=z f=0.5,b=true,s="" 3',
      ],
      values: 8,
    },
  );
});

test('an answer from which rows are missing is told', () => {
  expect(isCut({ results: [{ series: [{ name: 'm' }] }] })).toBe(false);
  expect(isCut({ results: [{ series: [{ name: 'm', partial: true }] }] })).toBe(true);
  expect(isCut({ results: [{ partial: true }] })).toBe(true);
  expect(isCut(undefined)).toBe(false);
});
