import { expect, test } from 'vitest';
import { kvmRefusal } from '../../lab/accelerator.ts';

const intel = 'model name\t: Intel(R) Xeon(R)\nflags\t\t: fpu vme vmx ssse3\n';
const amd = 'model name\t: AMD EPYC\nflags\t\t: fpu vme svm npt\n';
const neither = 'model name\t: AMD EPYC\nflags\t\t: fpu vme hypervisor\n';

test('KVM is taken where VT-x or AMD-V is behind it and nesting is on', () => {
  expect(kvmRefusal({ cpuinfo: intel, nested: 'Y\n' })).toBeUndefined();
  expect(kvmRefusal({ cpuinfo: amd, nested: '1\n' })).toBeUndefined();
});

test('a /dev/kvm that opens but has no VT-x or AMD-V behind it is refused', () => {
  expect(kvmRefusal({ cpuinfo: neither, nested: 'Y' })).toMatch(/neither vmx nor svm.*something else/);
});

test('every other reason is named too', () => {
  expect(kvmRefusal({ cpuinfo: neither, deviceError: 'ENOENT' })).toBe('the CPU shows neither vmx nor svm');
  expect(kvmRefusal({ cpuinfo: intel, deviceError: 'EACCES', nested: 'Y' })).toMatch(/\/dev\/kvm.*EACCES/);
  expect(kvmRefusal({ cpuinfo: amd, nested: '0\n' })).toMatch(/nested .*kvm_amd/);
  expect(kvmRefusal({ cpuinfo: intel })).toMatch(/nested .*kvm_intel/);
});
