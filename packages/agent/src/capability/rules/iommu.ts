import { valueIn } from '../../host/host.ts';
import { isGuest } from '../advice/module.ts';
import { info, pass, type Rule } from '../rule.ts';

export const iommu: Rule = {
  name: 'iommu',
  question: 'Can devices be given to guests (VT-d, AMD-Vi)?',
  source: 'Linux Documentation/driver-api/vfio.rst',
  judge(context) {
    const { facts } = context;
    const units = valueIn(facts.iommu.units);
    if (units !== undefined) {
      return pass(`yes: ${units.join(', ')}, ${valueIn(facts.iommu.groups) ?? 0} groups`);
    }
    if (valueIn(facts.kvmDevice.opens) !== true || valueIn(facts.architecture.supported) !== true)
      return undefined;
    return isGuest(context)
      ? info(
          NONE,
          "Where that is wanted, on the parent (machine type q35): virsh edit GUEST, <iommu model='intel'><driver intremap='on'/></iommu>",
          'parent',
        )
      : info(
          NONE,
          `Where that is wanted: ${valueIn(facts.cpu.vendor) === 'GenuineIntel' ? 'intel_iommu=on' : 'amd_iommu=on'} on the kernel's command line, and VT-d or AMD-Vi on in the firmware`,
        );
  },
};

const NONE = 'no: no IOMMU is active';
