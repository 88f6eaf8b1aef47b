import { describe, expect, test } from 'vitest';
import { requestOf } from '../../../src/analysis/compare/request.ts';

const NOW_US = Date.parse('2026-11-28T12:00:00Z') * 1000;
const DAY_US = 86_400e6;
const us = (text: string) => Date.parse(text) * 1000;

function ask(given: Readonly<Record<string, string | readonly string[]>>, lab = 'a') {
  const one = (name: string) => (typeof given[name] === 'string' ? given[name] : undefined);
  const many = (name: string) => (Array.isArray(given[name]) ? given[name] : []);
  return requestOf({ lab, one, many }, NOW_US);
}

describe('what is compared', () => {
  test('one date divides the history in two', () => {
    expect(ask({ before: '2026-11-20', span: '7d' })).toEqual({
      kind: 'time',
      lab: 'a',
      worth: 1.1,
      before: { label: 'before 2026-11-20', fromUs: us('2026-11-13'), toUs: us('2026-11-20') },
      after: { label: 'after 2026-11-20', fromUs: us('2026-11-20'), toUs: us('2026-11-27') },
    });
  });

  test('two leave out what is between, and the later side ends now at the latest', () => {
    expect(ask({ before: '2026-11-20T06:00', after: '2d' })).toMatchObject({
      before: { toUs: us('2026-11-20T06:00:00Z') },
      after: { label: 'after 2d', fromUs: NOW_US - 2 * DAY_US, toUs: NOW_US },
    });
    expect(ask({ after: '2026-11-20 06:00+01:00' })).toMatchObject({
      after: { fromUs: us('2026-11-20T05:00:00Z') },
    });
  });

  test('two labs, or two values of a property', () => {
    expect(ask({ lab: ['a', 'b'] })).toMatchObject({ kind: 'labs', labs: ['a', 'b'], toUs: NOW_US });
    expect(ask({ kernel: ['6.1', '6.12'], of: 'guest2', 'fail-above': '1.3' })).toMatchObject({
      kind: 'environment',
      property: 'kernel',
      values: ['6.1', '6.12'],
      of: 'guest2',
      failAbove: 1.3,
      fromUs: NOW_US - 30 * DAY_US,
    });
  });

  test.each([
    [{}, 'give what to compare'],
    [{ before: '3d', kernel: ['a', 'b'] }, 'give only one of'],
    [{ lab: ['a'] }, 'give --lab twice'],
    [{ lab: ['a', 'b', 'c'] }, 'give --lab twice'],
    [{ lab: ['a', 'a'] }, 'on both sides'],
    [{ kernel: ['6.1', '6.1'] }, 'on both sides'],
    [{ before: '2d', after: '3d' }, 'would overlap'],
    [{ before: '2027-01-01' }, 'is in the future'],
    [{ before: 'yesterday' }, 'is not a moment'],
    [{ before: '2026-13-01' }, 'is not a moment'],
    [{ before: '3d', span: 'x' }, '--span x is not allowed'],
    [{ before: '3d', span: '4000d' }, '--span 4000d is not allowed'],
    [{ before: '3d', 'fail-above': '1' }, '--fail-above 1 is not allowed'],
  ])('%j is refused', (given, why) => expect(() => ask(given)).toThrow(why));
});
