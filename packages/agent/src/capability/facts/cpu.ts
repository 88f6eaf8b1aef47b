import { parseCpuInfo } from '../../host/cpuinfo.ts';
import { absent, known, parseFound } from '../../host/host.ts';
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
    const found = await host.read(CPUINFO);
    if (found.state !== 'known') return found;
    const info = parseCpuInfo(found.value);
    const hasFlags = info.flags.size > 0;
    const field = (key: string) =>
      parseFound(found, () => info.fields.get(key), `${CPUINFO} has no line "${key}"`);
    const fromFlags = <T>(value: T) =>
      parseFound(found, () => (hasFlags ? value : undefined), `${CPUINFO} has no line "flags"`);
    return {
      vendor: field('vendor_id'),
      model: field('model name'),
      virtualization: fromFlags(
        info.flags.has('vmx')
          ? ('vmx' as const)
          : info.flags.has('svm')
            ? ('svm' as const)
            : ('none' as const),
      ),
      under_hypervisor: hasFlags ? known(info.flags.has('hypervisor')) : fromFlags(false),
    };
  },
});
