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
      'warn: no: /etc/modprobe.d/kvm.conf says kvm_intel.nested=0, but Y is in effect; the next boot changes it',
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
      /^warn: no: QEMU Virtual CPU version 2\.5\+ is QEMU's smallest model/,
    );
  });

  test('in layer 3 is asked whether one layer less will do', async () => {
    expect(verdictsOf(await assessMachine(kvmGuest({ position: { layer: 2 } })))['depth']).toBe(
      'pass: layer 2',
    );
    const deep = await assessMachine(kvmGuest({ position: { layer: 3 } }));
    expect(verdictsOf(deep)['depth']).toMatch(/^warn: layer 3/);
    expect(adviceOf(deep, 'depth')).toMatch(/^parent: Check whether one layer less is enough: start /);
  });
});
