import { parseReasonNames } from '@nestwatch/agent/exits/reason-names';
import { expect, test } from 'vitest';
import {
  between,
  exitsIn,
  medianCounts,
  parseCounts,
  rateOf,
  rounded,
  without,
} from '../../observatory/counts.ts';

const FORMAT =
  'print fmt: "x", (REC->isa == 1) ? __print_symbolic(REC->exit_reason, { 10, "CPUID" }) : ' +
  '__print_symbolic(REC->exit_reason, { 0x060, "interrupt" }, { 0x072, "cpuid" }, { 0x400, "npf" })';
const names = parseReasonNames(FORMAT);

test('an answer of a layer becomes counts with names', () => {
  const text =
    'vm.pgfault=120 irq.LOC=77 kvm.exits=1500 kvm.nested_run=12 kvm_exit:114=1000 kvm_exit:96=3 kvm_nested_vmexit:1024=4 ' +
    'kvm_msr:1760=5 kvm_mmu_get_page:77=6 kvm_mmu_get_page:78=1 kvm_page_fault:20=2';
  expect(parseCounts(text, names)).toEqual({
    'vm.pgfault': 120,
    'irq.LOC': 77,
    'kvm.exits': 1500,
    'kvm.nested_run': 12,
    'exit.cpuid': 1000,
    'exit.interrupt': 3,
    'nested.npf': 4,
    'msr.0x6e0': 5,
    // By whom is not asked for.
    'shadow.got': 7,
    'fault.0x14': 2,
  });
});

test('what is no count is left out', () => {
  expect(parseCounts('kvm.exits=x sh: out=3 kvm_exit:=2 other_event:3=4 kvm.pid kvm.ok=9', names)).toEqual({
    'kvm.ok': 9,
  });
});

test('what doing nothing costs is taken off: once, and for the time that it took', () => {
  const nothing = { 'kvm.exits': 100, 'irq.LOC': 2 };
  const perUs = rateOf({ 'kvm.exits': 600, 'irq.LOC': 127 }, nothing, 500_000);
  expect(perUs['kvm.exits']).toBeCloseTo(0.001);
  const raw = between({ 'kvm.exits': 5 }, { 'kvm.exits': 1205, 'exit.cpuid': 1000 });
  expect(without(raw, nothing, perUs, 100_000)['kvm.exits']).toBeCloseTo(1000);
  expect(without(raw, nothing, perUs, 100_000)['exit.cpuid']).toBe(1000);
});

test('one odd reading of three does not count', () => {
  expect(medianCounts([{ a: 5 }, { a: 900 }, { a: 6, b: 1 }])).toEqual({ a: 6, b: 0 });
});

test('what is next to nothing is not kept', () => {
  expect(rounded({ b: 12.4, a: -1.9, c: 1.2 }, 2)).toEqual({ a: -2, b: 12 });
});

test('where a kernel does not count exits as a whole, those of all reasons are added up', () => {
  expect(exitsIn({ 'exit.cpuid': 3, 'exit.npf': 4, 'nested.npf': 4 })).toBe(7);
  expect(exitsIn({ 'kvm.exits': 9, 'exit.cpuid': 3 })).toBe(9);
  expect(exitsIn(undefined)).toBe(0);
});
