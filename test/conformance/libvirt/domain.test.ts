import { expect, test } from 'vitest';
import { parseXml } from '../xml.ts';
import { fieldsOfDomain } from './domain.ts';

const fields = (inside: string, type = 'kvm') =>
  fieldsOfDomain(parseXml(`<domain type='${type}'><name>lab1</name>${inside}</domain>`));

test('name, UUID, addresses and accelerator', () => {
  const devices = `<devices>
    <interface type='user'><mac address='52:54:00:AA:00:02'/></interface>
    <interface type='user'><mac address='52:54:00:aa:00:01'/></interface>
  </devices>`;
  expect(fields(`<uuid>11111111-2222-4333-8444-5555555555AA</uuid>${devices}`)).toMatchObject({
    name: 'lab1',
    uuid: '11111111-2222-4333-8444-5555555555aa',
    macs: '52:54:00:aa:00:01 52:54:00:aa:00:02',
    accelerator: 'kvm',
  });
  expect(fields('', 'qemu').accelerator).toBe('tcg');
});

test.each([
  ['', '1'],
  ['<vcpu>4</vcpu>', '4'],
  ["<vcpu current='2'>4</vcpu>", '2'],
  ["<vcpu>3</vcpu><vcpus><vcpu id='0' enabled='yes'/><vcpu id='1' enabled='no'/></vcpus>", '1'],
])('virtual CPUs of %j: %s', (inside, vcpus) => {
  expect(fields(inside).vcpus).toBe(vcpus);
});

const MIB = 2 ** 20;
const dimm = (model: string, size: number, requested = '') =>
  `<memory model='${model}'><target><size unit='MiB'>${size}</size>${requested}</target></memory>`;

test.each([
  ['a size without a unit is in KiB, and rounded up', '<memory>1025</memory>', 2],
  ['units', "<memory unit='GiB'>1</memory>", 1024],
  [
    'the sum has what is plugged in',
    `<memory unit='MiB'>300</memory><devices>${dimm('dimm', 100)}</devices>`,
    300,
  ],
  [
    'persistent memory is no RAM',
    `<memory unit='MiB'>300</memory><devices>${dimm('nvdimm', 100)}</devices>`,
    200,
  ],
  [
    'of virtio-mem what is asked for',
    `<memory unit='MiB'>300</memory><devices>${dimm('virtio-mem', 100, "<requested unit='MiB'>20</requested>")}</devices>`,
    220,
  ],
  [
    'cells count before the sum',
    "<memory unit='MiB'>300</memory><cpu><numa><cell memory='100' unit='MiB'/><cell memory='1' unit='KiB'/></numa></cpu>",
    101,
  ],
  [
    'what is plugged in comes in steps of 2 MiB',
    `<memory unit='MiB'>111</memory><devices>${dimm('dimm', 11)}</devices>`,
    112,
  ],
  [
    'POWER takes 256 MiB at once',
    "<memory unit='MiB'>300</memory><os><type arch='ppc64'>hvm</type></os>",
    512,
  ],
])('memory: %s', (_, inside, mebibytes) => {
  expect(fields(inside).memory).toBe(String(mebibytes * MIB));
});

test('SCSI devices of the host, and disks that another process serves', () => {
  const devices = [
    "<hostdev type='scsi'><address type='drive' controller='0'/></hostdev>",
    "<hostdev type='scsi_host'/>",
    "<hostdev type='pci'/>",
    "<disk type='vhostuser' device='disk'><target dev='vda' bus='virtio'/></disk>",
    "<controller type='scsi' index='0' model='lsilogic'/>",
  ];
  expect(fields(`<devices>${devices.join('')}</devices>`)).toMatchObject({
    disks: 'scsi virtio virtio-scsi',
    caches: 'scsi:writeback virtio-scsi: virtio:',
  });
});

test('disks with their bus and cache, and no CD-ROMs', () => {
  const disk = (device: string, target: string, more = '') =>
    `<disk device='${device}'>${more}<target ${target}/></disk>`;
  const devices = [
    disk('disk', "dev='vda' bus='virtio'", "<driver name='qemu' cache='none'/>"),
    disk('cdrom', "dev='hda' bus='ide'"),
    disk('lun', "dev='sda' bus='scsi'"),
    disk('disk', "dev='sdb' bus='scsi'", "<address type='drive' controller='1'/>"),
    "<controller type='scsi' index='0' model='virtio-scsi'/>",
    "<controller type='scsi' index='1' model='lsilogic'/>",
  ];
  expect(fields(`<devices>${devices.join('')}</devices>`)).toMatchObject({
    disks: 'scsi virtio virtio-scsi',
    caches: 'scsi:writeback virtio-scsi:writeback virtio:none',
  });
});
