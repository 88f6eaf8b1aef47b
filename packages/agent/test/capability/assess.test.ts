import { describe, expect, test } from 'vitest';
import { adviceOf, assessMachine, factsOf, verdictsOf } from '../support/machine.ts';
import {
  amdHost,
  I5,
  intelHost,
  kvmGuest,
  parameters,
  WITHOUT_VMX,
  XEON_GUEST,
} from '../support/usual-machines.ts';

describe('Intel host', () => {
  test('with everything on passes', async () => {
    const assessment = await assessMachine(intelHost());
    expect(assessment.hypervisor.state).toBe('absent');
    expect(verdictsOf(assessment)).toMatchObject({
      'can-host': 'pass: yes: /dev/kvm opens, by kvm_intel',
      'can-nest': 'pass: yes: kvm_intel has nested on',
      'cpu-virtualization': 'pass: it shows vmx',
      'second-level-paging': 'pass: yes: ept',
      'vmcs-shadowing': 'pass: yes',
      'apic-virtualization': 'pass: yes',
    });
    // Nobody can take a snapshot of hardware.
    expect(verdictsOf(assessment)).not.toHaveProperty('snapshot');
  });

  test('with nested off says the line, the file and the commands', async () => {
    const assessment = await assessMachine(intelHost({ nested: 'N' }));
    expect(verdictsOf(assessment)['can-nest']).toBe('warn: no: kvm_intel has nested off');
    expect(adviceOf(assessment, 'can-nest')).toMatch(
      /^node: echo "options kvm_intel nested=1" > \/etc\/modprobe\.d\/nestwatch-kvm\.conf; stop all guests .*modprobe -r kvm_intel && modprobe kvm_intel/,
    );
  });

  test('with EPT, shadowing and APICv switched off is told what is slow', async () => {
    const assessment = await assessMachine(
      intelHost({ ept: 'N', enable_shadow_vmcs: 'N', enable_apicv: 'N' }),
    );
    const verdicts = verdictsOf(assessment);
    expect(verdicts['second-level-paging']).toMatch(/^warn: severe: kvm_intel has ept off/);
    expect(verdicts['vmcs-shadowing']).toMatch(/^warn: slow/);
    expect(verdicts['apic-virtualization']).toMatch(/^warn: slow/);
  });

  test('of the first Core generation can not have what its CPU lacks, and gets no advice for it', async () => {
    const machine = intelHost({ enable_shadow_vmcs: 'N', enable_apicv: 'N' });
    const assessment = await assessMachine({ ...machine, files: { ...machine.files, 'proc/cpuinfo': I5 } });
    expect(factsOf(assessment)).toMatchObject({
      'vmx.ept': 'yes',
      'vmx.vpid': 'yes',
      'vmx.shadow_vmcs': 'no',
      'vmx.apicv': 'no',
    });
    expect(verdictsOf(assessment)['vmcs-shadowing']).toMatch(/^info: no: this CPU has none/);
    expect(verdictsOf(assessment)['apic-virtualization']).toMatch(/^info: no: this CPU has none/);
    expect(adviceOf(assessment, 'vmcs-shadowing')).toBe('');
  });

  test('whose kernel does not list vmx flags says unknown for them, not no', async () => {
    const machine = intelHost();
    const cpuinfo = XEON_GUEST.replace(/ hypervisor /g, ' ').replace(/^vmx flags.*\n/gm, '');
    const assessment = await assessMachine({
      ...machine,
      files: { ...machine.files, 'proc/cpuinfo': cpuinfo },
    });
    expect(factsOf(assessment)).toMatchObject({
      'vmx.ept': 'yes',
      'vmx.shadow_vmcs': 'unknown',
      'vmx.apicv': 'unknown',
    });
    expect(verdictsOf(assessment)['can-host']).toMatch(/^pass/);
  });

  test('whose modprobe.d says otherwise than what is in force is told so, and which file', async () => {
    const machine = intelHost();
    const files = {
      ...machine.files,
      'etc/modprobe.d/kvm.conf': '# nesting\noptions kvm-intel \\\n  nested=0 ept=1\n',
    };
    const assessment = await assessMachine({ ...machine, files });
    expect(factsOf(assessment)['modprobe.options']).toBe(
      'kvm_intel.nested=0@/etc/modprobe.d/kvm.conf kvm_intel.ept=1@/etc/modprobe.d/kvm.conf',
    );
    expect(verdictsOf(assessment)['configured-parameters']).toBe(
      'warn: no: /etc/modprobe.d/kvm.conf says kvm_intel.nested=0, in force is Y; the next boot changes it',
    );
  });

  test('whose module is on a blacklist is told the file', async () => {
    const assessment = await assessMachine({
      files: {
        'proc/cpuinfo': XEON_GUEST.replace(/ hypervisor /g, ' '),
        'sys/module/kvm/parameters/halt_poll_ns': '0',
        'etc/modprobe.d/blacklist.conf': 'blacklist kvm_intel\n',
      },
    });
    expect(verdictsOf(assessment)['can-host']).toBe(
      'fail: no: kvm_intel is kept from loading by /etc/modprobe.d/blacklist.conf',
    );
  });
});

describe('AMD host', () => {
  test('with everything on passes', async () => {
    const assessment = await assessMachine(amdHost());
    expect(factsOf(assessment)).toMatchObject({
      'svm.npt': 'yes',
      'svm.nrip_save': 'yes',
      'svm.vgif': 'yes',
      'svm.v_vmsave_vmload': 'yes',
      'svm.avic': 'yes',
      'vmx.ept': 'absent',
    });
    expect(verdictsOf(assessment)).toMatchObject({
      'can-host': 'pass: yes: /dev/kvm opens, by kvm_amd',
      'can-nest': 'pass: yes: kvm_amd has nested on',
      'second-level-paging': 'pass: yes: npt',
      'svm-acceleration': 'pass: yes: nrips, vgif, vls',
    });
  });

  test('with parts switched off says which, in one command', async () => {
    const assessment = await assessMachine(amdHost({ vgif: '0', vls: '0', nested: '0', npt: 'N' }));
    expect(verdictsOf(assessment)['svm-acceleration']).toMatch(/^warn: slow: kvm_amd has vgif, vls off/);
    expect(adviceOf(assessment, 'svm-acceleration')).toContain('options kvm_amd vgif=1 vls=1');
    expect(verdictsOf(assessment)['second-level-paging']).toMatch(/^warn: severe/);
    expect(adviceOf(assessment, 'can-nest')).toContain('options kvm_amd nested=1');
  });
});

describe('guest of KVM', () => {
  test('that is given everything passes', async () => {
    const assessment = await assessMachine(
      kvmGuest({ kvm: true, files: parameters('kvm_intel', { nested: 'Y', ept: 'Y' }) }),
    );
    expect(assessment.hypervisor).toEqual({ state: 'known', value: 'kvm' });
    expect(verdictsOf(assessment)).toMatchObject({
      'can-host': 'pass: yes: /dev/kvm opens, by kvm_intel',
      'cpu-model': 'pass: Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz',
      clocksource: 'pass: kvm-clock',
      snapshot: 'pass: yes: no guests run in this layer',
    });
  });

  test('without vmx is told what its parent must do, for libvirt, virt-install and QEMU', async () => {
    const assessment = await assessMachine(kvmGuest({ files: { 'proc/cpuinfo': WITHOUT_VMX } }));
    expect(verdictsOf(assessment)['can-host']).toBe(
      'fail: no: the CPU shows no vmx: the hypervisor underneath does not let it through',
    );
    const advice = adviceOf(assessment, 'can-host');
    expect(advice).toMatch(/^parent: On the parent: "cat \/sys\/module\/kvm_intel\/parameters\/nested"/);
    for (const way of ["<cpu mode='host-passthrough'", 'virt-install --cpu host-passthrough', '-cpu host']) {
      expect(advice).toContain(way);
    }
  });

  test('with guests inside is not safe to snapshot, and says which they are', async () => {
    const guests = [{ guest: 'guest3', accelerator: 'kvm' }];
    const assessment = await assessMachine(kvmGuest({ kvm: true, guests }));
    expect(verdictsOf(assessment)['snapshot']).toMatch(
      /^warn: not safe to snapshot or migrate now: 1 guest runs in this layer \(guest3\)/,
    );
    expect(adviceOf(assessment, 'snapshot')).toContain('virsh shutdown guest3');
  });

  test('is a guest also where no source names the hypervisor', async () => {
    const guests = [{ guest: 'guest2', accelerator: 'kvm' }];
    const assessment = await assessMachine({ kvm: true, guests, files: { 'proc/cpuinfo': XEON_GUEST } });
    expect(assessment.hypervisor.state).toBe('unknown');
    expect(verdictsOf(assessment)['snapshot']).toMatch(/^warn: not safe/);
  });

  test('with emulated devices is told how its parent gives virtio', async () => {
    const assessment = await assessMachine(
      kvmGuest({
        files: {
          'sys/block/sda': {
            link: '../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda',
          },
          'sys/block/vda': { link: '../devices/pci0000:00/0000:04:00.0/virtio2/block/vda' },
          'sys/block/sr0': { link: '../devices/pci0000:00/0000:00:1f.2/ata2/host1/x/block/sr0' },
          'sys/class/net/eth0/device/driver': { link: '../../../bus/pci/drivers/e1000' },
        },
      }),
    );
    expect(factsOf(assessment)['disks.buses']).toBe('sda=sata vda=virtio');
    expect(verdictsOf(assessment)['disk-bus']).toMatch(/^warn: slow: emulated disks \(sda=sata\)/);
    expect(adviceOf(assessment, 'disk-bus')).toMatch(/^parent: .*<target dev='vda' bus='virtio'\/>/);
    expect(adviceOf(assessment, 'nic-driver')).toMatch(/^parent: .*<model type='virtio'\/>/);
  });

  test('whose clock is the HPET because the TSC is unstable learns what its parent can do', async () => {
    const assessment = await assessMachine(
      kvmGuest({
        files: {
          'sys/devices/system/clocksource/clocksource0/current_clocksource': 'hpet\n',
          'sys/devices/system/clocksource/clocksource0/available_clocksource': 'hpet acpi_pm \n',
        },
      }),
    );
    expect(factsOf(assessment)['clocksource.tsc']).toBe('unstable');
    expect(verdictsOf(assessment)['clocksource']).toMatch(
      /^warn: slow: hpet exits .* the kernel found the TSC unstable/,
    );
    expect(adviceOf(assessment, 'clocksource')).toMatch(/^parent: .*<timer name='kvmclock' present='yes'\/>/);
  });

  test("with QEMU's least CPU model is told so", async () => {
    const cpuinfo = WITHOUT_VMX.replace(/^model name.*$/gm, 'model name\t: QEMU Virtual CPU version 2.5+');
    const assessment = await assessMachine(kvmGuest({ files: { 'proc/cpuinfo': cpuinfo } }));
    expect(verdictsOf(assessment)['cpu-model']).toMatch(
      /^warn: no: QEMU Virtual CPU version 2\.5\+ is QEMU's least model/,
    );
  });

  test('in layer 3 is asked whether one layer less will do', async () => {
    expect(verdictsOf(await assessMachine(kvmGuest({ position: { layer: 2 } })))['depth']).toBe(
      'pass: layer 2',
    );
    const deep = await assessMachine(kvmGuest({ position: { layer: 3 } }));
    expect(verdictsOf(deep)['depth']).toMatch(/^warn: layer 3/);
    expect(adviceOf(deep, 'depth')).toMatch(/^parent: Consider whether one layer less will do: start /);
  });
});

describe('/dev/kvm', () => {
  test('that can not be opened for want of rights leads to the group', async () => {
    const assessment = await assessMachine({
      ...intelHost(),
      kvm: 'EACCES',
      files: { ...intelHost().files, 'dev/kvm': '' },
    });
    expect(factsOf(assessment)).toMatchObject({
      'kvm_device.exists': 'yes',
      'kvm_device.opens': 'no',
      'kvm_device.error': 'EACCES',
    });
    expect(verdictsOf(assessment)['can-host']).toBe(
      'fail: no: /dev/kvm does not open: EACCES, although the node exists',
    );
    expect(adviceOf(assessment, 'can-host')).toMatch(/^node: usermod -aG kvm USER/);
  });

  test('that is a node without a module behind it is not believed', async () => {
    const files = { 'proc/cpuinfo': XEON_GUEST.replace(/ hypervisor /g, ' '), 'dev/kvm': '' };
    const assessment = await assessMachine({
      files: { ...files, 'sys/module/kvm/parameters/halt_poll_ns': '0' },
      kvm: 'ENODEV',
    });
    expect(verdictsOf(assessment)['kvm-device']).toBe(
      'fail: it does not open: ENODEV, although the node exists',
    );
    expect(verdictsOf(assessment)['can-host']).toBe('fail: no: kvm_intel is not loaded, only kvm');
    expect(adviceOf(assessment, 'can-host')).toMatch(/^node: modprobe kvm_intel/);
  });

  test('that a container hides is given by whoever starts it', async () => {
    const machine = intelHost();
    const files = { ...machine.files, '.dockerenv': '', 'dev/null': '' };
    const assessment = await assessMachine({ files, kvm: 'ENOENT' });
    expect(factsOf(assessment)).toMatchObject({ 'container.kind': 'docker', 'kvm_device.exists': 'no' });
    expect(adviceOf(assessment, 'can-host')).toMatch(/^parent: .*docker run --device \/dev\/kvm/);
    expect(verdictsOf(assessment)['container']).toMatch(/^info/);
  });
});

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
      'can-nest': 'unknown: not known: kvm, kvm_pvm has no parameter "nested" to tell',
    });
    expect(verdictsOf(assessment)['software-kvm']).toMatch(
      /^warn: \/dev\/kvm is served by the software module kvm_pvm/,
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
      'kvm-module': 'fail: kvm_pvm is in the kernel and does not serve /dev/kvm',
      'kvm-device': 'fail: it does not open: ENOENT, and no module serves it',
    });
    expect(adviceOf(unserved, 'kvm-module')).toMatch(/^node: .*dmesg \| grep -i kvm/);
    expect(adviceOf(unserved, 'kvm-device')).toMatch(/^node: Get a module of KVM to serve it/);

    const hidden = await assessMachine({ files: { ...files, 'proc/misc': '200 tun\n232 kvm\n' } });
    expect(verdictsOf(hidden)).toMatchObject({
      'kvm-module': 'pass: kvm_pvm',
      'kvm-device': 'fail: it does not open: ENOENT',
    });
    expect(adviceOf(hidden, 'kvm-device')).toMatch(
      /^parent: This is a container \(podman\).*--device \/dev\/kvm/,
    );
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
