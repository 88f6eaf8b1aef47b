import { expect, test } from 'vitest';
import {
  type NestedState,
  nestedStateOf,
  type Runs,
} from '../../../src/capability/snapshots/nested-state.ts';
import { SUPPORT } from '../../../src/capability/snapshots/support.ts';

const qemu = { guest: 'g', vmm: 'qemu', accelerator: 'kvm', cpuModel: 'host', machine: 'pc-q35-7.2' };
const intel: Runs = { kernel: '6.1.170', basis: 'stable', virtualization: 'vmx', nested: true };
const amd: Runs = { ...intel, virtualization: 'svm' };

test.each<[string, object, Runs, NestedState | undefined, RegExp]>([
  [
    'QEMU on Intel',
    qemu,
    intel,
    'kept',
    /documented .* QEMU 4\.2 and Linux 5\.3 .* QEMU 7\.2 or later, Linux 6\.1\.170/,
  ],
  ['QEMU on AMD', qemu, amd, 'unproven', /QEMU 5\.1 and Linux 5\.8 on, without a guarantee/],
  ['an old kernel', qemu, { ...intel, kernel: '4.19.300' }, 'lost', /this is Linux 4\.19\.300/],
  [
    'fixes ported back',
    qemu,
    { ...intel, kernel: '4.18', basis: 'backported' },
    'unclear',
    /what this kernel has/,
  ],
  ['a kernel of nobody', qemu, { ...intel, kernel: undefined }, 'unclear', /what this kernel has/],
  ['an old machine type', { ...qemu, machine: 'pc-i440fx-2.9' }, intel, 'unclear', /--version"/],
  ["Proxmox's machine type", { ...qemu, machine: 'pc-q35-9.0+pve0' }, intel, 'kept', /QEMU 9\.0/],
  ['a machine type without a version', { ...qemu, machine: 'microvm' }, intel, 'unclear', /version of QEMU/],
  ['Cloud Hypervisor', { ...qemu, vmm: 'cloud-hypervisor' }, amd, 'unclear', /Cloud Hypervisor 50\.0/],
  ['Firecracker', { ...qemu, vmm: 'firecracker' }, intel, 'lost', /^reports say/],
  ['another VMM', { ...qemu, vmm: 'crosvm' }, intel, 'unclear', /nothing is known of crosvm/],
  ['a guest without vmx', { ...qemu, cpuModel: 'host,-vmx' }, intel, undefined, /^$/],
  ['nesting that is off', qemu, { ...intel, nested: false }, undefined, /^$/],
  ['an emulated guest', { ...qemu, accelerator: 'tcg' }, intel, undefined, /^$/],
])('%s', (_, guest, runs, state, why) => {
  const judged = nestedStateOf(guest, runs);
  expect(judged?.state).toBe(state);
  expect(judged?.why ?? '').toMatch(why);
});

test('each row says where it stands and since when', () => {
  for (const { source, date, kernel, version } of SUPPORT) {
    expect(source).toMatch(/^https:\/\//);
    expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(kernel === undefined).toBe(version === undefined);
  }
});
