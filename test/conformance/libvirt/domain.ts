import { attributeAt, type Element, elementsAt, textAt } from '../xml.ts';

/** What is compared of one guest, as texts; lists in order of the alphabet. */
export type GuestFields = Readonly<
  Record<'name' | 'uuid' | 'vcpus' | 'memory' | 'macs' | 'accelerator' | 'disks' | 'caches', string>
>;

/** What libvirt's description of a guest says of it (https://libvirt.org/formatdomain.html). */
export function fieldsOfDomain(domain: Element): GuestFields {
  const disks = disksOf(domain);
  return {
    name: textAt(domain, 'name') ?? '',
    uuid: (textAt(domain, 'uuid') ?? '').toLowerCase(),
    vcpus: String(vcpusOf(domain)),
    memory: String(memoryOf(domain)),
    macs: sorted(
      elementsAt(domain, 'devices', 'interface', 'mac').map(
        ({ attributes }) => attributes.get('address')?.toLowerCase() ?? '',
      ),
    ),
    accelerator: ACCELERATORS[domain.attributes.get('type') ?? ''] ?? '',
    disks: sorted(disks.map(({ bus }) => bus)),
    caches: sorted(disks.map(({ bus, cache }) => `${bus}:${cache}`)),
  };
}

export const sorted = (words: readonly string[]): string => [...words].sort().join(' ');

const ACCELERATORS: Readonly<Record<string, string>> = { kvm: 'kvm', qemu: 'tcg', hvf: 'hvf' };

function vcpusOf(domain: Element): number {
  const each = elementsAt(domain, 'vcpus', 'vcpu');
  if (each.length > 0) return each.filter(({ attributes }) => attributes.get('enabled') === 'yes').length;
  return Number(attributeAt(domain, 'current', 'vcpu') ?? textAt(domain, 'vcpu') ?? 1);
}

/** Bytes of RAM that the guest has: what it starts with, and what is plugged in. */
function memoryOf(domain: Element): number {
  const devices = elementsAt(domain, 'devices', 'memory');
  const cells = elementsAt(domain, 'cpu', 'numa', 'cell').filter(({ attributes }) =>
    attributes.has('memory'),
  );
  // Cells count, and what libvirt writes as the sum of all follows from them.
  const initial =
    cells.length > 0
      ? sum(
          cells.map((cell) =>
            rounded(domain, bytesOf({ ...cell, text: cell.attributes.get('memory') ?? '' })),
          ),
        )
      : rounded(
          domain,
          bytesOf(elementsAt(domain, 'memory')[0]) - sum(devices.map((each) => bytesOf(sizeOf(each)))),
        );
  return initial + sum(devices.map((device) => pluggedIn(domain, bytesOf(inUse(device)))));
}

const sizeOf = (device: Element) => elementsAt(device, 'target', 'size')[0];

/** Of virtio-mem what the guest is asked to take. What is persistent, or an enclave's, is no RAM. */
function inUse(device: Element): Element | undefined {
  const model = device.attributes.get('model');
  if (model === 'dimm') return sizeOf(device);
  return model === 'virtio-mem' ? elementsAt(device, 'target', 'requested')[0] : undefined;
}

const MIB = 2 ** 20;
const isPower = (domain: Element) => /^ppc64/.test(attributeAt(domain, 'arch', 'os', 'type') ?? '');
const upTo = (step: number, bytes: number) => Math.ceil(bytes / step) * step;

/** As libvirt does: to whole MiB, and to what POWER has at least. */
const rounded = (domain: Element, bytes: number) => upTo((isPower(domain) ? 256 : 1) * MIB, bytes);

/** What is plugged in comes in larger steps. */
const pluggedIn = (domain: Element, bytes: number) => upTo((isPower(domain) ? 256 : 2) * MIB, bytes);

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  kb: 1e3,
  k: 2 ** 10,
  kib: 2 ** 10,
  mb: 1e6,
  m: 2 ** 20,
  mib: 2 ** 20,
  gb: 1e9,
  g: 2 ** 30,
  gib: 2 ** 30,
  tb: 1e12,
  t: 2 ** 40,
  tib: 2 ** 40,
};

function bytesOf(element: Element | undefined): number {
  const unit = element?.attributes.get('unit') ?? 'KiB';
  return Number(element?.text ?? 0) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
}

function disksOf(domain: Element): { bus: string; cache: string }[] {
  const disks = elementsAt(domain, 'devices', 'disk')
    .filter(({ attributes }) => ['disk', 'lun'].includes(attributes.get('device') ?? 'disk'))
    .map((disk) => ({ bus: busOf(domain, disk), cache: cacheOf(disk) }));
  return [...disks, ...elementsAt(domain, 'devices', 'hostdev').flatMap((each) => givenDisk(domain, each))];
}

/** A SCSI device of the host, and a whole SCSI target of it, which the host's kernel serves without QEMU's cache. */
function givenDisk(domain: Element, device: Element): { bus: string; cache: string }[] {
  const type = device.attributes.get('type');
  if (type === 'scsi_host') return [{ bus: 'virtio-scsi', cache: '' }];
  return type === 'scsi' ? [{ bus: scsiBus(domain, device), cache: 'writeback' }] : [];
}

/** QEMU's own default is writeback; a disk that another process serves has no cache in QEMU. */
function cacheOf(disk: Element): string {
  if (disk.attributes.get('type') === 'vhostuser') return '';
  const cache = attributeAt(disk, 'cache', 'driver') ?? 'default';
  return cache === 'default' ? 'writeback' : cache;
}

function busOf(domain: Element, disk: Element): string {
  const bus = attributeAt(disk, 'bus', 'target') ?? '';
  return bus === 'scsi' ? scsiBus(domain, disk) : bus;
}

/** SCSI is what its controller makes it. */
function scsiBus(domain: Element, device: Element): string {
  const index = attributeAt(device, 'controller', 'address') ?? '0';
  const controller = elementsAt(domain, 'devices', 'controller').find(
    ({ attributes }) => attributes.get('type') === 'scsi' && (attributes.get('index') ?? '0') === index,
  );
  return /^virtio/.test(controller?.attributes.get('model') ?? '') ? 'virtio-scsi' : 'scsi';
}
