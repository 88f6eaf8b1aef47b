import { describe, expect, test } from 'vitest';
import { adviceOf, assessMachine, factsOf, verdictsOf } from '../support/machine.ts';
import { WITHOUT_VMX } from '../support/usual-machines.ts';

describe('other machines', () => {
  test('software KVM hosts, says that no hardware is behind it, and knows nothing of nesting', async () => {
    const assessment = await assessMachine({
      kvm: true,
      signature: 'KVMKVMKVM',
      files: {
        'proc/cpuinfo': WITHOUT_VMX,
        'sys/module/kvm/parameters/tdp_mmu': 'N\n',
        'sys/module/kvm_pvm/parameters/force': 'N\n',
      },
    });
    expect(verdictsOf(assessment)).toMatchObject({
      'can-host': 'pass: yes: /dev/kvm opens, by kvm_pvm',
      'can-nest': 'unknown: not known: kvm, kvm_pvm has no parameter "nested"',
    });
    expect(verdictsOf(assessment)['software-kvm']).toMatch(
      /^warn: \/dev\/kvm is provided by the software module kvm_pvm/,
    );
    expect(verdictsOf(assessment)['cpu-virtualization']).toMatch(/^warn/);
    expect(verdictsOf(assessment)).not.toHaveProperty('second-level-paging');
  });

  test('a module that serves nothing is told from a device that a container hides', async () => {
    const files = {
      'proc/cpuinfo': WITHOUT_VMX,
      'sys/module/kvm_pvm/parameters/force': 'N\n',
      'run/.containerenv': '',
    };
    const unserved = await assessMachine({ files: { ...files, 'proc/misc': '200 tun\n237 loop-control\n' } });
    expect(factsOf(unserved)['kvm_device.registered']).toBe('no');
    expect(verdictsOf(unserved)).toMatchObject({
      'kvm-module': 'fail: kvm_pvm is loaded but does not provide /dev/kvm',
      'kvm-device': 'fail: it does not open: ENOENT, and no module provides it',
    });
    expect(adviceOf(unserved, 'kvm-module')).toMatch(/^node: .*dmesg \| grep -i kvm/);
    expect(adviceOf(unserved, 'kvm-device')).toMatch(/^node: Load a KVM module/);

    const hidden = await assessMachine({ files: { ...files, 'proc/misc': '200 tun\n232 kvm\n' } });
    expect(verdictsOf(hidden)).toMatchObject({
      'kvm-module': 'pass: kvm_pvm',
      'kvm-device': 'fail: it does not open: ENOENT',
    });
    expect(adviceOf(hidden, 'kvm-device')).toMatch(
      /^parent: This is a container \(podman\).*--device \/dev\/kvm/,
    );
    const { 'run/.containerenv': _, ...bare } = files;
    const nodeless = await assessMachine({ files: { ...bare, 'proc/misc': '200 tun\n232 kvm\n' } });
    for (const rule of ['can-host', 'kvm-device'])
      expect(adviceOf(nodeless, rule)).toMatch(/^node: The module is loaded, .*mknod .* 10 232/);
    // What is missing is the device, and not a flag that this module does without.
    expect(verdictsOf(hidden)).toMatchObject({
      'can-host': 'fail: no: /dev/kvm does not open: ENOENT',
      'cpu-virtualization': expect.stringMatching(/^warn: it shows no vmx/),
    });
    expect(verdictsOf(unserved)['can-host']).toMatch(/^fail: no: the CPU shows no vmx/);
  });

  test('Firecracker without DMI is a guest of KVM', async () => {
    const assessment = await assessMachine({
      signature: 'KVMKVMKVM',
      files: { 'proc/cpuinfo': WITHOUT_VMX },
    });
    expect(assessment.hypervisor).toEqual({ state: 'known', value: 'kvm' });
    expect(factsOf(assessment)['dmi.vendor']).toBe('absent');
  });

  test.each([
    ['VMwareVMware', 'vmware', /vhv\.enable = "TRUE"/],
    ['Microsoft Hv', 'hyper-v', /Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions \$true/],
    ['XenVMMXenVMM', 'xen', /nestedhvm=1/],
  ])('%s is an opaque root with advice of its own', async (signature, name, advice) => {
    const assessment = await assessMachine({ signature, files: { 'proc/cpuinfo': WITHOUT_VMX } });
    expect(assessment.hypervisor).toEqual({ state: 'known', value: name });
    expect(verdictsOf(assessment)['opaque-root']).toMatch(new RegExp(`^info: no: ${name} is opaque`));
    expect(adviceOf(assessment, 'can-host')).toMatch(advice);
  });

  test('KVM that shows the interface of Hyper-V is KVM', async () => {
    const machine = { signature: 'Microsoft Hv', files: { 'proc/cpuinfo': WITHOUT_VMX } };
    expect((await assessMachine({ ...machine, secondSignature: 'KVMKVMKVM' })).hypervisor).toMatchObject({
      value: 'kvm',
    });
    expect((await assessMachine(machine)).hypervisor).toMatchObject({ value: 'hyper-v' });
  });

  test('without the cpuid module DMI tells, and VirtualBox under the signature of KVM is not KVM', async () => {
    const dmi = (vendor: string, product: string) => ({
      'proc/cpuinfo': WITHOUT_VMX,
      'sys/class/dmi/id/sys_vendor': vendor,
      'sys/class/dmi/id/product_name': product,
    });
    const named = async (machine: Parameters<typeof assessMachine>[0]) =>
      (await assessMachine(machine)).hypervisor;
    expect(await named({ files: dmi('VMware, Inc.', 'VMware Virtual Platform') })).toEqual({
      state: 'known',
      value: 'vmware',
    });
    expect(await named({ files: dmi('Microsoft Corporation', 'Virtual Machine') })).toEqual({
      state: 'known',
      value: 'hyper-v',
    });
    expect(await named({ files: dmi('QEMU', 'Standard PC') })).toEqual({ state: 'known', value: 'kvm' });
    expect(await named({ files: dmi('innotek GmbH', 'VirtualBox'), signature: 'KVMKVMKVM' })).toEqual({
      state: 'known',
      value: 'virtualbox',
    });
    expect(await named({ files: { 'proc/cpuinfo': WITHOUT_VMX } })).toMatchObject({ state: 'unknown' });
  });

  test('an Arm machine says that it is not supported and reports the rest', async () => {
    const assessment = await assessMachine({
      architecture: 'aarch64',
      files: {
        'proc/cpuinfo':
          'processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm\nCPU implementer\t: 0x41\n',
        'proc/meminfo': 'MemTotal: 4000000 kB\n',
        'sys/devices/system/cpu/online': '0-3\n',
        'sys/devices/system/clocksource/clocksource0/current_clocksource': 'arch_sys_counter\n',
      },
    });
    expect(verdictsOf(assessment)['architecture']).toMatch(/^unknown: unsupported architecture aarch64/);
    expect(verdictsOf(assessment)['clocksource']).toBe('pass: arch_sys_counter');
    expect(factsOf(assessment)).toMatchObject({
      'cpu.virtualization': 'absent',
      'vmx.ept': 'absent',
      'cpus.online': '4',
      'memory.total_bytes': String(4000000 * 1024),
    });
  });

  test('an empty machine has facts with reasons and no exception', async () => {
    const assessment = await assessMachine({});
    expect(verdictsOf(assessment)['can-host']).toMatch(/^fail/);
    expect(Object.values(factsOf(assessment))).not.toContain('');
  });
});
