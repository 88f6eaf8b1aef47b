import { info, pass, type Rule } from '../rule.ts';

export const iommu: Rule = {
  name: 'iommu',
  question: 'Can devices be given to guests (VT-d, AMD-Vi)?',
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
          "Where that is wanted, on the parent (machine type q35): virsh edit GUEST, <iommu model='intel'><driver intremap='on'/></iommu>",
          'parent',
        )
      : info(
          NONE,
          `Where that is wanted: ${facts.cpu.vendor === 'GenuineIntel' ? 'intel_iommu=on' : 'amd_iommu=on'} on the kernel's command line, and VT-d or AMD-Vi on in the firmware`,
        );
  },
};

const NONE = 'no: no IOMMU is active';
