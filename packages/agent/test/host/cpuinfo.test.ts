import { describe, expect, test } from 'vitest';
import { parseCpuInfo } from '../../src/host/cpuinfo.ts';
import { I5, RYZEN, XEON_GUEST } from '../support/usual-machines.ts';

describe('recorded cpuinfo', () => {
  test('has its processors, flags and vmx flags', () => {
    expect(parseCpuInfo(I5)).toMatchObject({ processors: 4 });
    expect(parseCpuInfo(I5).vmxFlags?.has('ept')).toBe(true);
    expect(parseCpuInfo(I5).vmxFlags?.has('shadow_vmcs')).toBe(false);
    expect(parseCpuInfo(XEON_GUEST).vmxFlags?.has('shadow_vmcs')).toBe(true);
    expect(parseCpuInfo(RYZEN).flags.has('v_vmsave_vmload')).toBe(true);
  });
});
