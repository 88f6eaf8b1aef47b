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
  const all = (element: Element | undefined) => rounded(domain, bytesOf(element));
  const cells = elementsAt(domain, 'cpu', 'numa', 'cell').filter(({ attributes }) =>
    attributes.has('memory'),
  );
  // Cells count, and what libvirt writes as the sum of all follows from them.
  const initial =
    cells.length > 0
      ? sum(cells.map((cell) => all({ ...cell, text: cell.attributes.get('memory') ?? '' })))
      : rounded(
          domain,
          bytesOf(elementsAt(domain, 'memory')[0]) - sum(devices.map((device) => bytesOf(sizeOf(device)))),
        );
  return initial + sum(devices.map((device) => all(inUse(device))));
}

const sizeOf = (device: Element) => elementsAt(device, 'target', 'size')[0];

/** Of virtio-mem what the guest is asked to take. What is persistent, or an enclave's, is no RAM. */
function inUse(device: Element): Element | undefined {
  const model = device.attributes.get('model');
  if (model === 'dimm') return sizeOf(device);
  return model === 'virtio-mem' ? elementsAt(device, 'target', 'requested')[0] : undefined;
}

/** As libvirt does: to whole MiB, and to what POWER plugs in at once. */
function rounded(domain: Element, bytes: number): number {
  const isPower = /^ppc64/.test(attributeAt(domain, 'arch', 'os', 'type') ?? '');
  const step = (isPower ? 256 : 1) * 2 ** 20;
  return Math.ceil(bytes / step) * step;
}

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
  return elementsAt(domain, 'devices', 'disk')
    .filter(({ attributes }) => ['disk', 'lun'].includes(attributes.get('device') ?? 'disk'))
    .map((disk) => ({ bus: busOf(domain, disk), cache: cacheOf(disk) }));
}

/** QEMU's own default is writeback. */
function cacheOf(disk: Element): string {
  const cache = attributeAt(disk, 'cache', 'driver') ?? 'default';
  return cache === 'default' ? 'writeback' : cache;
}

/** SCSI is what its controller makes it. */
function busOf(domain: Element, disk: Element): string {
  const bus = attributeAt(disk, 'bus', 'target') ?? '';
  if (bus !== 'scsi') return bus;
  const index = attributeAt(disk, 'controller', 'address') ?? '0';
  const controller = elementsAt(domain, 'devices', 'controller').find(
    ({ attributes }) => attributes.get('type') === 'scsi' && (attributes.get('index') ?? '0') === index,
  );
  return /^virtio/.test(controller?.attributes.get('model') ?? '') ? 'virtio-scsi' : 'scsi';
}
