import { expect, test } from 'vitest';
import { exitsOf } from '../../src/benchmarks/exit-cpuid.ts';
import { secondsPerUnit } from '../../src/benchmarks/measure.ts';

const eachUs = (costsUs: readonly number[]) => (secondsPerUnit([exitsOf(costsUs)]) ?? 0) * 1e6;

test('an exit costs what the middle batch of 200 took longer', () => {
  expect(eachUs([8600, 8500, 21_000, 8700, 8550])).toBeCloseTo(43, 9);
  expect(exitsOf([8600, 8500, 21_000]).units).toBe(600);
});

test('where CPUID does not exit, its noise is told as one figure', () => {
  // guest0 of the lab in two rounds, and a difference below nothing.
  for (const batchUs of [1, 9.9, -4]) expect(eachUs([batchUs, batchUs, 14])).toBeCloseTo(0.05, 9);
  // What it takes on hardware, where the kernel's own part of the read is longer than that.
  expect(eachUs([24, 25, 26])).toBeCloseTo(0.125, 9);
});
