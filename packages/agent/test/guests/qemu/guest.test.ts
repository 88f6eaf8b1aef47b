import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQemu } from '../../../src/guests/qemu/guest.ts';
import { vmmOf } from '../../../src/guests/vmm.ts';
import * as lines from '../command-lines.ts';

describe('what Windows asks for', () => {
  const given = (...words: string[]) => parseQemu(['qemu-system-x86_64', '-accel', 'kvm', ...words])?.guest;

  test.each([
    ['host,hv_relaxed,hv_spinlocks=0x1fff,hv_vapic,hv_time,hv-evmcs', 'relaxed spinlocks vapic time evmcs'],
    // libvirt writes each with its value; Proxmox with a plus sign.
    [
      'host,migratable=on,hv-time=on,hv-relaxed=on,hv-vapic=on,hv-spinlocks=8191,hv-evmcs=off',
      'time relaxed vapic spinlocks',
    ],
    ['host,+hv-tlbflush,hv_ipi,hv_vendor_id=proxmox,hv-version-id-major=10', 'tlbflush ipi'],
    ['host,hv-passthrough', 'passthrough'],
    ['Skylake-Client,kvm=off,vmx=on', undefined],
  ])('-cpu %s', (model, hyperv) => {
    expect(given('-cpu', model)?.hyperv).toBe(hyperv);
  });

  test('whatever stands there is bounded', () => {
    const model = `host,${Array.from({ length: 500 }, (_, at) => `hv_${'x'.repeat(1 + (at % 30))}${at}`).join(',')},hv-a,hv-b`;
    expect(given('-cpu', model)?.hyperv).toBe('a b');
  });

  test('a process that is to receive its guest says so', () => {
    expect(given('-incoming', 'defer')?.incoming).toBe(true);
    expect(given()?.incoming).toBeUndefined();
  });
});

describe('a QEMU guest', () => {
  test('under libvirt with JSON arguments', () => {
    expect(parseQemu(lines.libvirtQ35)?.guest).toEqual({
      vmm: 'qemu',
      guest: 'osp-controller',
      uuid: '5e0a9c44-5c0b-4e4f-9a63-0c6c6e0e5a11',
      machine: 'pc-q35-7.2',
      cpuModel: 'host,migratable=on',
      accelerator: 'kvm',
      vcpus: 4,
      memoryBytes: 16 * 2 ** 30,
      nics: [{ model: 'virtio', mac: '52:54:00:6b:3c:58', defaultMac: false }],
      disks: [{ bus: 'virtio', cache: 'unsafe', format: 'qcow2' }],
      balloon: 'none',
      memoryBacking: 'anonymous',
    });
  });

  test('under an old libvirt, with emulated disk and card and a CD-ROM', () => {
    expect(parseQemu(lines.libvirtOld)?.guest).toMatchObject({
      guest: 'rhel7',
      uuid: '0a9c445e-0b5c-4f4e-639a-0c6c6e0e5a12',
      cpuModel: 'Haswell-noTSX,vme=on,+vmx',
      vcpus: 2,
      memoryBytes: 4 * 2 ** 30,
      nics: [{ model: 'rtl8139', mac: '52:54:00:11:22:33', defaultMac: false }],
      disks: [{ bus: 'ide', cache: 'none', format: 'raw' }],
    });
  });

  test('started by hand: topology gives the CPUs, and two accelerators are left open', () => {
    const parsed = parseQemu(lines.plain);
    expect(parsed?.accelerators).toEqual(['kvm', 'tcg']);
    expect(parsed?.guest).toMatchObject({
      guest: '',
      accelerator: '',
      vcpus: 4,
      memoryBytes: 2 ** 31,
      nics: [{ model: 'virtio', mac: '52:54:00:12:34:56', defaultMac: true }],
      disks: [{ bus: 'virtio', cache: 'writethrough', format: '' }],
    });
  });

  test('of type microvm, one card with the default address', () => {
    expect(parseQemu(lines.microvm)?.guest).toMatchObject({
      guest: 'guest2',
      machine: 'microvm',
      accelerator: 'kvm',
      vcpus: 1,
      memoryBytes: 1100 * 2 ** 20,
      nics: [
        { model: 'virtio', mac: '52:54:00:12:34:56', defaultMac: true },
        { model: 'virtio', mac: '52:54:00:60:01:0f', defaultMac: false },
      ],
      disks: [{ bus: 'virtio', cache: 'writeback', format: 'raw' }],
    });
  });

  test.each([
    [
      'proxmox',
      lines.proxmox,
      {
        ...{ guest: 'osp-lab', uuid: '2f9a5f4e-6f0f-4b8e-9c1f-3a7d1b2c4d5e', machine: 'q35+pve0' },
        ...{ accelerator: '', vcpus: 8, memoryBytes: 20 * 2 ** 30 },
        nics: [{ model: 'virtio', mac: 'bc:24:11:0a:5e:01', defaultMac: false }],
        disks: [{ bus: 'virtio-scsi', cache: 'none', format: 'raw' }],
      },
    ],
    [
      'nova',
      lines.nova,
      {
        ...{ guest: 'instance-0000001a', uuid: '77046f18-e107-48e7-939c-57eba163c478', accelerator: 'kvm' },
        ...{ vcpus: 32, memoryBytes: 180_000 * 2 ** 20, cpuModel: 'Haswell-noTSX,md-clear=on,vmx=on' },
        nics: [{ model: 'virtio', mac: 'fa:16:3e:a0:bd:a5', defaultMac: false }],
        disks: [{ bus: 'virtio-scsi', cache: 'directsync', format: 'raw' }],
      },
    ],
    [
      'kubevirt',
      lines.kubevirt,
      {
        ...{ guest: 'default_vm-ubuntu-1', accelerator: 'tcg', vcpus: 1, memoryBytes: 977 * 2 ** 20 },
        nics: [{ model: 'virtio', mac: '02:00:00:5c:1e:07', defaultMac: false }],
        disks: [{ bus: 'virtio', cache: 'none', format: 'qcow2' }],
      },
    ],
    [
      'libvirt with a raw device',
      lines.libvirtRawDevice,
      { accelerator: 'kvm', vcpus: 2, disks: [{ bus: 'virtio', cache: 'none', format: 'raw' }] },
    ],
    [
      'throttled',
      lines.throttled,
      { accelerator: 'kvm', disks: [{ bus: 'virtio', cache: 'unsafe', format: 'qcow2' }] },
    ],
  ])('of %s', (_, words, guest) => {
    expect(vmmOf(words)).toBe('qemu');
    expect(parseQemu(words)?.guest).toMatchObject(guest);
  });

  test('whose figures stand in a file has none, instead of the defaults', () => {
    const parsed = parseQemu(lines.incus);
    expect(parsed?.guest).toMatchObject({ guest: 'trinity', uuid: 'f8ad2ff6-8808-4f42-8f0b-9e23acd20f84' });
    expect(parsed?.guest).not.toHaveProperty('vcpus');
    expect(parsed?.guest).not.toHaveProperty('memoryBytes');
    // What it holds open tells which it is.
    expect(parsed?.accelerators).toEqual(['kvm', 'tcg']);
  });

  test.each(['.qemu-system-x86_64-wrapped', 'qemu-kvm', 'kvm', 'qemu-system-i386'])(
    'has a program named %s',
    (program) => expect(vmmOf([`/bin/${program}`])).toBe('qemu'),
  );

  test.each(['qemu-img', 'qemu-nbd', 'qemu-x86_64', 'qemu-ga', 'kvm-ok', 'virtqemud'])(
    'has no program named %s',
    (program) => expect(vmmOf([`/bin/${program}`])).toBeUndefined(),
  );

  test('with nodes in a circle is read all the same', () => {
    const circle = ['-blockdev', 'driver=throttle,node-name=a,file=b', '-blockdev', 'node-name=b,file=a'];
    expect(parseQemu(['kvm', ...circle, '-device', 'virtio-blk-pci,drive=a'])?.guest.disks).toEqual([
      { bus: 'virtio', cache: 'writeback', format: 'raw' },
    ]);
  });

  test('is none when QEMU is only asked what it can do', () => {
    expect(parseQemu(lines.libvirtProbe)).toBeUndefined();
    expect(parseQemu(['qemu-system-x86_64', '-version'])).toBeUndefined();
    expect(parseQemu(['qemu-system-x86_64', '-cpu', 'help'])).toBeUndefined();
  });

  test('default addresses count up and leave out the taken ones', () => {
    const macs = parseQemu([
      'qemu-system-x86_64',
      ...['-device', 'e1000', '-device', 'e1000,mac=52:54:00:12:34:57', '-device', 'rtl8139'],
    ])?.guest.nics?.map((nic) => nic.mac);
    expect(macs).toEqual(['52:54:00:12:34:56', '52:54:00:12:34:57', '52:54:00:12:34:58']);
  });

  test('without options is a PC with 128 MiB, one CPU and an e1000', () => {
    expect(parseQemu(['qemu-system-x86_64', 'disk.img'])?.guest).toMatchObject({
      accelerator: 'tcg',
      memoryBytes: 128 * 2 ** 20,
      vcpus: 1,
      nics: [{ model: 'e1000', defaultMac: true }],
    });
  });

  test('any words give a guest or none, never an exception', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('-m', '-smp', '-device', '-drive', '-blockdev', '-net', '-nic', '-machine', '-accel'),
      fc.string().map((text) => `virtio-net-pci,mac=${text}`),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const parsed = parseQemu(['qemu-system-x86_64', ...words]);
        const vcpus = parsed?.guest.vcpus;
        expect(vcpus === undefined || vcpus === null || Number.isSafeInteger(vcpus)).toBe(true);
      }),
    );
  });
});
