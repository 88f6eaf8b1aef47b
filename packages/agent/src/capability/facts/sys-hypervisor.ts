import { parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** What Xen tells through sysfs. */
export const sysHypervisor = defineSource({
  name: 'sys_hypervisor',
  about: { type: about<string>('Hypervisor that sysfs names (Xen does).', '/sys/hypervisor/type') },
  async read({ host }) {
    const type = await host.read('/sys/hypervisor/type', 256);
    return { type: parseFound(type, (text) => text.trim() || undefined, '/sys/hypervisor/type is empty') };
  },
});
