import { expect, test } from 'vitest';
import { adviceOf, assessMachine, verdictsOf } from '../support/machine.ts';
import { amdHost, intelHost } from '../support/usual-machines.ts';

const GIB = 2 ** 30;
/** The hosts of machines.ts have 4 CPUs and 7.6 GiB. */
const host = intelHost();
const virtio = { disks: [{ bus: 'virtio', cache: 'none' }], nics: [{ model: 'virtio' }] };
const good = {
  guest: 'good',
  accelerator: 'kvm',
  vmm: 'qemu',
  cpuModel: 'host',
  vcpus: 2,
  memoryBytes: GIB,
  ...virtio,
};

test('guests that fit and have good devices pass', async () => {
  const verdicts = verdictsOf(await assessMachine({ ...host, guests: [good] }));
  for (const rule of [
    ...['vcpu-overcommit', 'memory-overcommit', 'unsafe-cache'],
    ...['guest-accelerator', 'guest-can-nest', 'guest-devices'],
  ]) {
    expect(verdicts[rule]).toMatch(/^pass/);
  }
});

test('a guest with more vCPUs than there are CPUs is named, with the commands', async () => {
  const assessment = await assessMachine({ ...host, guests: [good, { ...good, guest: 'wide', vcpus: 8 }] });
  expect(verdictsOf(assessment)['vcpu-overcommit']).toMatch(/^warn: no: wide has 8 vCPUs on 4 CPUs/);
  expect(adviceOf(assessment, 'vcpu-overcommit')).toContain('virsh setvcpus wide 4 --maximum --config');
});

test('guests that share CPUs are no warning', async () => {
  const guests = ['a', 'b', 'c'].map((guest) => ({ ...good, guest }));
  expect(verdictsOf(await assessMachine({ ...host, guests }))['vcpu-overcommit']).toBe(
    'info: 6 vCPUs of 3 guests share 4 CPUs',
  );
});

test('memory beyond what is here is over-committed, and the biggest guest is told what fits', async () => {
  const guests = [
    { ...good, memoryBytes: 6 * GIB },
    { ...good, guest: 'second', memoryBytes: 2 * GIB },
  ];
  const assessment = await assessMachine({ ...host, guests });
  expect(verdictsOf(assessment)['memory-overcommit']).toMatch(
    /^warn: over-committed: 8\.00 GiB assigned to 2 guests, 7\.63 GiB in this node/,
  );
  const megabytes = Number(/setmaxmem good (\d+)M/.exec(adviceOf(assessment, 'memory-overcommit'))?.[1]);
  expect(megabytes * 2 ** 20 + 2 * GIB).toBeLessThanOrEqual(8_000_000 * 1024 * 0.95);
});

test('cache=unsafe, emulation, a model without nesting and emulated devices are told', async () => {
  const guests = [
    { ...good, guest: 'a', disks: [{ bus: 'ide', cache: 'unsafe' }], nics: [{ model: 'rtl8139' }] },
    { ...good, guest: 'b', accelerator: 'tcg', cpuModel: 'qemu64' },
    { ...good, guest: 'c', cpuModel: 'Haswell-noTSX,vme=on' },
    { ...good, guest: 'd', cpuModel: 'Haswell-noTSX,+vmx' },
    { ...good, guest: 'e', cpuModel: 'host,-vmx' },
  ];
  const assessment = await assessMachine({ ...host, guests });
  expect(verdictsOf(assessment)).toMatchObject({
    'unsafe-cache': 'warn: no: guests lose data if this node crashes, because of cache=unsafe on a',
    'guest-accelerator': 'warn: emulated although KVM is available: b',
    'guest-can-nest': 'info: no: c (Haswell-noTSX,vme=on), e (host,-vmx) can host no guests of their own',
    'guest-devices': 'warn: slow: emulated devices: a has ide, rtl8139',
  });
  expect(adviceOf(assessment, 'unsafe-cache')).toMatch(/cache='none'/);
});

test('guests whose accelerator is open are not said to run under KVM', async () => {
  const verdictOf = async (...accelerators: string[]) => {
    const guests = accelerators.map((accelerator, at) => ({ ...good, guest: `g${at}`, accelerator }));
    return verdictsOf(await assessMachine({ ...host, guests }))['guest-accelerator'];
  };
  expect(await verdictOf('')).toMatch(/^unknown: not known for g0: its command line does not say/);
  expect(await verdictOf('kvm', '')).toMatch(/^pass: yes, as far as is known; not known for g1/);
  expect(await verdictOf('kvm', '', 'tcg')).toBe('warn: emulated although KVM is available: g2');
  expect(await verdictOf('xen')).toBeUndefined();
});

test('emulated guests are no reason not to snapshot', async () => {
  const nested = { ...amdHost(), signature: 'KVMKVMKVM' };
  const snapshotOf = async (accelerator: string) =>
    verdictsOf(await assessMachine({ ...nested, guests: [{ ...good, accelerator }] }))['snapshot'];
  expect(await snapshotOf('tcg')).toMatch(/^pass/);
  expect(await snapshotOf('kvm')).toMatch(/^warn: not safe .* on AMD the outcome is undefined/);
  // When it could not be told, the careful answer.
  expect(await snapshotOf('')).toMatch(/^warn/);
});
