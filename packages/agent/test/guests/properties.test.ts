import { expect, test } from 'vitest';
import { parseSize } from '../../src/guests/properties.ts';

test.each([
  ['4G', 'm', 2 ** 32],
  ['4096', 'm', 2 ** 32],
  ['4194304k', 'm', 2 ** 32],
  ['1.5g', 'b', 1.5 * 2 ** 30],
  ['512', 'b', 512],
  ['', 'm', undefined],
  ['-4G', 'm', undefined],
  ['4X', 'm', undefined],
] as const)('the size %j in %s', (text, unit, bytes) => {
  expect(parseSize(text, unit)).toBe(bytes);
});
