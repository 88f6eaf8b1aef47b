import { expect, test } from 'vitest';
import { quoteIdentifier, quoteText } from '../../src/influx/influxql.ts';

test('identifiers are quoted as InfluxQL wants', () => {
  expect(quoteIdentifier('a"b\\c')).toBe('"a\\"b\\\\c"');
});

test('texts are quoted as InfluxQL wants', () => {
  expect(quoteText("it's\\")).toBe("'it\\'s\\\\'");
});
