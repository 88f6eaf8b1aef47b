import { describe, expect, test } from 'vitest';
import { countConflicts, parsePartialWrite } from '../../src/influx/partial-write.ts';

describe('what InfluxDB says of a request that it took in part', () => {
  test.each([
    [
      '2.7.12, too old',
      'failure writing points to database: partial write: dropped 12 points outside retention policy of duration 168h0m0s - oldest point m,a=b at 2026-10-01T00:00:00Z dropped because it violates a Retention Policy Lower Bound at 2026-11-20T00:00:00Z, newest point m,a=b at 2026-10-01T00:00:00Z dropped because it violates a Retention Policy Lower Bound at 2026-11-20T00:00:00Z',
      { dropped: 12, reason: 'expired' },
    ],
    [
      '1.6.7, too old',
      'partial write: points beyond retention policy dropped=3',
      { dropped: 3, reason: 'expired' },
    ],
    [
      'another type',
      'partial write: field type conflict: input field "v" on measurement "m" is type string, already exists as type float dropped=1',
      { dropped: 1, reason: { measurement: 'm', field: 'v', type: 'string' } },
    ],
    ['not line protocol', "unable to parse 'm,a=b': missing fields", undefined],
    [
      'a limit of the database',
      'partial write: max-series-per-database limit exceeded: (1000000) dropped=7',
      undefined,
    ],
  ])('%s', (_, said, expected) => {
    expect(parsePartialWrite(said)).toEqual(expected);
  });
});

describe('lines with a value of a type', () => {
  const lines = Buffer.from(
    [
      'm,a=b v=1,w=2i 1',
      'm,a=b v="1" 2',
      'm v=1i 3',
      'mm v="x" 4',
      'm w="v=2",v=t 5',
      'm,a=b vv="x" 6',
      'm v=-1.5e-3 7',
    ].join('\n'),
  );
  test.each([
    ['float', 2],
    ['string', 1],
    ['integer', 1],
    ['boolean', 1],
    ['of a later version', 0],
  ])('%s', (type, count) => {
    expect(countConflicts(lines, { measurement: 'm', field: 'v', type })).toBe(count);
  });
});
