import { expect, test } from 'vitest';
import { parseQueryAnswer } from '../../src/influx/query-answer.ts';

test('series become rows by column name', () => {
  const answer = {
    results: [
      {
        series: [
          {
            name: 'm',
            tags: { a: 'b' },
            columns: ['time', 'x'],
            values: [
              [1, 2],
              [3, null],
            ],
          },
        ],
      },
    ],
  };
  expect(parseQueryAnswer(answer)).toEqual([
    {
      name: 'm',
      tags: { a: 'b' },
      rows: [
        { time: 1, x: 2 },
        { time: 3, x: null },
      ],
    },
  ]);
});

test('an answer without series is no rows, also as text', () => {
  expect(parseQueryAnswer('{"results":[{"statement_id":0}]}')).toEqual([]);
});

test("the server's error is thrown in its words", () => {
  expect(() => parseQueryAnswer({ results: [{ error: 'database not found' }] })).toThrow(
    /database not found/,
  );
  expect(() => parseQueryAnswer({ error: 'error parsing query' })).toThrow(/error parsing query/);
});
