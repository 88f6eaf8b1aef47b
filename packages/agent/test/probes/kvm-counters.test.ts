import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOther, parseCounter } from '../../src/probes/kvm-counters.ts';

test('what is a counter', () => {
  expect(parseCounter('18446744073709551615\n')).toBeGreaterThan(1e19);
  expect(parseCounter('1 2 3\n')).toBeUndefined();
  expect(isOther('exits')).toBe(false);
  expect(isOther('halt_wait_hist')).toBe(false);
  expect(isOther('max_mmu_rmap_size')).toBe(false);
  expect(isOther('mmu_shadow_pages')).toBe(false);
  expect(isOther('irq_window')).toBe(false);
  expect(isOther('vcpu0')).toBe(true);
  fc.assert(fc.property(fc.string(), (text) => Number.isFinite(parseCounter(text) ?? 0)));
});
