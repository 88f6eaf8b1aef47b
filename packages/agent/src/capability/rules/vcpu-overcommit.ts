import { valueIn } from '../../host/host.ts';
import { LIBVIRT_CYCLE } from '../advice/module.ts';
import { info, pass, type Rule, warn } from '../rule.ts';

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

export const vcpuOvercommit: Rule = {
  name: 'vcpu-overcommit',
  question: 'Do the virtual CPUs fit the CPUs of this node?',
  source:
    'github.com/cockpit-project/cockpit-machines/pull/829: soft lockups of third-level guests with too many vCPUs',
  judge({ facts, guests }) {
    const cpus = valueIn(facts.cpus.online);
    if (cpus === undefined || guests.length === 0) return undefined;
    const tooBig = guests.filter((guest) => (guest.vcpus ?? 0) > cpus);
    const total = guests.reduce((sum, guest) => sum + (guest.vcpus ?? 0), 0);
    const [first] = tooBig;
    if (first !== undefined) {
      const who = tooBig.map((guest) => `${guest.guest} has ${guest.vcpus}`).join(', ');
      return warn(
        `no: ${who} vCPUs on ${cpus} CPUs; a vCPU that holds a lock can wait for one that can not run`,
        `virsh setvcpus ${first.guest} ${cpus} --maximum --config && virsh setvcpus ${first.guest} ${cpus} --config (plain QEMU -smp ${cpus}), ${LIBVIRT_CYCLE}`,
      );
    }
    if (total > cpus) return info(`${total} vCPUs of ${guests.length} guests share ${cpus} CPUs`);
    return pass(`${count(total, 'vCPU')} on ${count(cpus, 'CPU')}`);
  },
};
