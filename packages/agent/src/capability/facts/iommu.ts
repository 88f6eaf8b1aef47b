import { absent, parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** Whether devices can be given to guests (VT-d, AMD-Vi). */
export const iommu = defineSource({
  name: 'iommu',
  about: {
    units: about<readonly string[]>('Active IOMMUs (dmar: VT-d, ivhd: AMD-Vi).', '/sys/class/iommu'),
    groups: about<number>(
      'Groups of devices that can be given away on their own.',
      '/sys/kernel/iommu_groups',
    ),
  },
  async read({ host }) {
    const units = await host.list('/sys/class/iommu');
    const groups = await host.list('/sys/kernel/iommu_groups');
    return {
      units: units.state === 'known' && units.value.length === 0 ? absent('no IOMMU is active') : units,
      groups: parseFound(groups, (all) => all.length, ''),
    };
  },
});
