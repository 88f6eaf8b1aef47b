import { expect, test } from 'vitest';
import { isNewer } from '../src/compare-versions.ts';

test.each([
  ['0.2.0', '0.1.9'],
  ['0.10.0', '0.9.0'],
  ['1.0.0', '1.0.0-rc.1'],
  ['1.0.0-rc.2', '1.0.0-rc.1'],
  ['1.0.0-rc.10', '1.0.0-rc.9'],
  ['1.0.0-rc.1.1', '1.0.0-rc.1'],
  ['1.0.0-rc', '1.0.0-1'],
])('%s is newer than %s, and not the other way round', (one, other) => {
  expect(isNewer(one, other)).toBe(true);
  expect(isNewer(other, one)).toBe(false);
});

test.each([
  ['1.0.0', '1.0.0'],
  ['1.0.0+b', '1.0.0+a'],
  ['latest', '1.0.0'],
  ['1.0.0', 'latest'],
  ['1.0', '0.9'],
])('%s is not newer than %s', (one, other) => {
  expect(isNewer(one, other)).toBe(false);
});
