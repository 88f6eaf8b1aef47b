import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareKvmOk } from '../../../src/commands/check/kvm-ok.ts';
import { compareDetectVirt } from '../../../src/commands/check/systemd-detect-virt.ts';
import { compareHostValidate } from '../../../src/commands/check/virt-host-validate.ts';
import { assessMachine } from '../../support/machine.ts';
import { amdHost, RYZEN, WITHOUT_VMX } from '../../support/usual-machines.ts';

const recorded = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../../fixtures/tools', `${name}.txt`), 'utf8');

describe('other tools', () => {
  const software = () =>
    assessMachine({
      kvm: true,
      files: { 'proc/cpuinfo': WITHOUT_VMX, 'sys/module/kvm_pvm/parameters/force': 'N' },
    });
  const unserved = () =>
    assessMachine({ ...amdHost(), kvm: 'ENODEV', files: { ...amdHost().files, 'dev/kvm': '' } });

  test('kvm-ok differs where it never opens the device, and where KVM needs no flag', async () => {
    expect(compareKvmOk(recorded('kvm-ok.node-without-module'), await unserved())[0]).toMatchObject({
      ...{ agrees: false, theirs: 'can be used', ours: 'cannot be used' },
      why: expect.stringMatching(/never opens it; opening it gives ENODEV/),
    });
    expect(compareKvmOk(recorded('kvm-ok.software-kvm-guest'), await software())[0]).toMatchObject({
      ...{ agrees: false, theirs: 'can NOT be used', ours: 'can be used' },
      why: expect.stringMatching(/which kvm_pvm provides/),
    });
    const none = await assessMachine({ files: { 'proc/cpuinfo': WITHOUT_VMX } });
    expect(compareKvmOk(recorded('kvm-ok.software-kvm-guest'), none)[0]).toMatchObject({
      agrees: true,
      why: '',
    });
  });

  test.each([
    ['kvm-ok.not-root', 'no verdict: it requires root'],
    ['kvm-ok.flag-without-node', 'no verdict'],
  ])('%s gives no verdict, so there is nothing to agree with', async (name, theirs) => {
    const [row] = compareKvmOk(recorded(name), await software());
    expect(row).toMatchObject({ theirs, why: '' });
    expect(row).not.toHaveProperty('agrees');
  });

  test('virt-host-validate does not look at nesting, and believes a node without a module', async () => {
    const rows = compareHostValidate(recorded('virt-host-validate.node-without-module'), await unserved());
    expect(rows.map(({ about, theirs, ours, agrees }) => [about, theirs, ours, agrees])).toEqual([
      ['hardware virtualization', 'PASS', 'yes', true],
      ['/dev/kvm', 'PASS', 'no', false],
      ['vhost-net', 'WARN', 'no', true],
      ['tap devices', 'PASS', 'no', false],
      ['IOMMU', 'WARN', 'no', true],
      ['nested', 'not checked', 'on', undefined],
    ]);
  });

  test('virt-host-validate leaves the device out where the CPU shows no flag', async () => {
    const rows = compareHostValidate(recorded('virt-host-validate.software-kvm-guest'), await software());
    expect(rows.map(({ about, theirs, ours }) => [about, theirs, ours])).toEqual([
      ['hardware virtualization', 'FAIL', 'no'],
      ['vhost-net', 'WARN', 'no'],
      ['tap devices', 'PASS', 'no'],
      ['IOMMU', 'WARN', 'no'],
      ['nested', 'not checked', 'unknown'],
    ]);
  });

  test.each([
    ['kvm\n', 'KVMKVMKVM', true],
    ['qemu\n', 'TCGTCGTCGTCG', true],
    ['microsoft\n', 'Microsoft Hv', true],
    ['none\n', undefined, true],
    ['bhyve\n', 'KVMKVMKVM', false],
  ])('systemd-detect-virt says %j, and the CPU %s', async (output, signature, agrees) => {
    const files = { 'proc/cpuinfo': signature === undefined ? RYZEN : WITHOUT_VMX };
    const assessment = await assessMachine({ files, ...(signature !== undefined && { signature }) });
    const [row] = compareDetectVirt('--vm')(output, assessment);
    expect(row).toMatchObject({ agrees });
    expect(row?.why).toMatch(agrees ? /^$/ : /executes CPUID itself.* which gets KVMKVMKVM/);
  });
});
