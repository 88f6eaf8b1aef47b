import { cpuField, readCpuInfo } from '../../host/cpuinfo.ts';
import { parseFound } from '../../host/host.ts';
import { readMitigations, vulnerabilityWord } from '../../host/mitigations.ts';
import { about, defineSource } from '../fact.ts';

/** What keeps the CPU's flaws from being used. Much of it is done again at every exit or entry of a guest. */
export const mitigations = defineSource({
  name: 'mitigations',
  about: {
    vulnerabilities: about<readonly string[]>(
      'Every CPU vulnerability that the kernel knows, as name=state, with dashes for spaces.',
      '/sys/devices/system/cpu/vulnerabilities/*',
    ),
    at_exits: about<readonly string[]>(
      'Mitigations that make exits and entries of guests slower, or disable huge pages.',
      '/sys/devices/system/cpu/vulnerabilities/* and /sys/module/kvm/parameters/nx_huge_pages',
    ),
    microcode: about<string>(
      "Revision of the CPU's microcode; in a guest, what the parent shows.",
      '/proc/cpuinfo microcode',
    ),
  },
  async read({ host }) {
    const { vulnerabilities, atExits } = await readMitigations(host);
    return {
      vulnerabilities: parseFound(vulnerabilities, (entries) => entries.map(vulnerabilityWord), ''),
      at_exits: atExits,
      microcode: cpuField(await readCpuInfo(host), 'microcode'),
    };
  },
});
