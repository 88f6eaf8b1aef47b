import type { KnownFacts } from '../facts/index.ts';
import { info, LIBVIRT_CYCLE, pass, type Rule, warn } from '../rule.ts';

export const diskBus: Rule = deviceRule({
  name: 'disk-bus',
  question: 'Are the disks of this guest paravirtualized?',
  source: 'Linux Documentation/driver-api/virtio/virtio.rst; libvirt formatdomain, "Hard drives"',
  devices: ({ disks }) => disks.buses,
  emulated: ['ide', 'sata', 'scsi', 'usb'],
  summary: (disks) => `slow: emulated disks (${disks}): each request exits several times`,
  advice: `On the parent: virsh edit GUEST, <target dev='vda' bus='virtio'/> (virt-install --disk bus=virtio; plain QEMU -drive if=virtio), ${LIBVIRT_CYCLE}. First make sure that this guest's initramfs has virtio_blk and that /etc/fstab names file systems by UUID`,
});

export const nicDriver: Rule = deviceRule({
  name: 'nic-driver',
  question: 'Are the network cards of this guest paravirtualized?',
  source: 'Linux Documentation/driver-api/virtio/virtio.rst; libvirt formatdomain, "Network interfaces"',
  devices: ({ nics }) => nics.drivers,
  // A card that is passed through has its maker's driver.
  emulated: ['e1000', 'e1000e', '8139cp', '8139too', 'pcnet32', 'ne2k-pci', 'tulip', 'igb'],
  summary: (cards) => `slow: emulated network cards (${cards}): each packet exits several times`,
  advice: `On the parent: virsh edit GUEST, <model type='virtio'/> in <interface> (virt-install --network model=virtio; plain QEMU -device virtio-net-pci), ${LIBVIRT_CYCLE}`,
});

interface DeviceRule extends Omit<Rule, 'judge'> {
  /** The guest's devices, as name=kind. */
  devices(facts: KnownFacts): readonly string[] | undefined;
  /** Kinds that hypervisors emulate. */
  readonly emulated: readonly string[];
  summary(devices: string): string;
  /** What to do on the parent. */
  readonly advice: string;
}

/** Whether this guest's devices are paravirtualized; under KVM its parent can give it such. */
function deviceRule({ name, question, source, emulated, advice, ...about }: DeviceRule): Rule {
  return {
    name,
    question,
    source,
    judge({ facts, hypervisor, isGuest }) {
      const devices = about.devices(facts);
      if (!isGuest || devices === undefined) return undefined;
      const slow = devices.filter((device) => emulated.includes(device.split('=')[1] ?? '')).join(' ');
      if (slow === '') return pass(devices.join(' '));
      if (hypervisor !== undefined && hypervisor !== 'kvm' && hypervisor !== 'tcg') {
        return info(`emulated by ${hypervisor}: ${slow}`);
      }
      return warn(about.summary(slow), advice, 'parent');
    },
  };
}

export const iommu: Rule = {
  name: 'iommu',
  question: 'Can devices be assigned to guests (VT-d, AMD-Vi)?',
  source: 'Linux Documentation/driver-api/vfio.rst',
  judge({ facts, isGuest }) {
    const units = facts.iommu.units;
    if (units !== undefined) {
      return pass(`yes: ${units.join(', ')}, ${facts.iommu.groups ?? 0} groups`);
    }
    if (facts.kvmDevice.opens !== true || facts.architecture.supported !== true) return undefined;
    return isGuest
      ? info(
          NONE,
          "Where that is wanted, on the parent (machine type q35, AMD as well): virsh edit GUEST, <iommu model='intel'><driver intremap='on'/></iommu> and <ioapic driver='qemu'/> among its <features>; here intel_iommu=on on the kernel's command line",
          'parent',
        )
      : info(
          NONE,
          `Where that is wanted: ${facts.cpu.vendor === 'GenuineIntel' ? 'intel_iommu=on' : 'amd_iommu=on'} on the kernel's command line, and VT-d or AMD-Vi on in the firmware`,
        );
  },
};

const NONE = 'no: no IOMMU is active';
