import { cpuField, cpuFlags, readCpuInfo } from '../../host/cpuinfo.ts';
import { absent, parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';
import { isX86, unsupported } from './architecture.ts';

const CPUINFO = '/proc/cpuinfo';

/** Who made the CPU, and whether it shows hardware virtualization. */
export const cpu = defineSource({
  name: 'cpu',
  about: {
    vendor: about<string>('Vendor of the CPU.', `${CPUINFO} vendor_id`),
    model: about<string>(
      'Model of the CPU, as the hypervisor underneath presents it.',
      `${CPUINFO} model name`,
    ),
    virtualization: about<'vmx' | 'svm' | 'none'>(
      'Hardware virtualization that the CPU shows: vmx (Intel VT-x), svm (AMD-V) or none.',
      `${CPUINFO} flags`,
    ),
    under_hypervisor: about<boolean>(
      'Whether a hypervisor says it is underneath.',
      `${CPUINFO} flags, hypervisor`,
    ),
  },
  async read({ host, architecture }) {
    if (!isX86(architecture)) return absent(unsupported(architecture));
    const info = await readCpuInfo(host);
    const flags = cpuFlags(info);
    return {
      vendor: cpuField(info, 'vendor_id'),
      model: cpuField(info, 'model name'),
      virtualization: parseFound(flags, virtualizationIn, ''),
      under_hypervisor: parseFound(flags, (all) => all.has('hypervisor'), ''),
    };
  },
});

function virtualizationIn(flags: ReadonlySet<string>): 'vmx' | 'svm' | 'none' {
  if (flags.has('vmx')) return 'vmx';
  return flags.has('svm') ? 'svm' : 'none';
}
