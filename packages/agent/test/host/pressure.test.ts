import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePressure } from '../../src/host/pressure.ts';

test('pressure is the total of the "some" line', () => {
  const text =
    'some avg10=1.53 avg60=1.20 avg300=0.30 total=14963285\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n';
  expect(parsePressure(text)['some']).toBe(14_963_285);
  expect(parsePressure('')['some']).toBeUndefined();
});

test('any text gives finite totals', () => {
  fc.assert(fc.property(fc.string(), (text) => Object.values(parsePressure(text)).every(Number.isFinite)));
});
