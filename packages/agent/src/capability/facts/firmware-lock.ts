import { readCpuInfo } from '../../host/cpuinfo.ts';
import { absent, type Found, parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

const FILE = '/dev/cpu/0/msr';
/** IA32_FEATURE_CONTROL: bit 0 locks, bit 2 allows VMX (Intel SDM volume 3, appendix A.7 and section 24.7). */
const FEATURE_CONTROL = 0x3a;
/** VM_CR: bit 4 disables SVM (AMD64 manual volume 2, section 15.30.1). */
const VM_CR = 0xc0010114;
const REGISTER_BYTES = 8;

/** Whether the firmware switched virtualization off, where the flags can not tell. */
export const firmware = defineSource({
  name: 'firmware',
  x86Only: true,
  about: {
    virtualization: about<'allowed' | 'off'>(
      'Whether the firmware lets virtualization be used.',
      `${FILE}, IA32_FEATURE_CONTROL (0x3a) or VM_CR (0xc0010114) (module msr, root)`,
    ),
  },
  async read({ host }) {
    const info = await readCpuInfo(host);
    if (info.state !== 'known') return info;
    const vendor = info.value.fields.get('vendor_id');
    const isIntel = vendor === 'GenuineIntel';
    if (!isIntel && vendor !== 'AuthenticAMD' && vendor !== 'HygonGenuine') {
      return absent(`no such register known for ${vendor ?? 'this vendor'}`);
    }
    const register = await host.readAt(FILE, isIntel ? FEATURE_CONTROL : VM_CR, REGISTER_BYTES);
    return { virtualization: isIntel ? fromFeatureControl(register) : fromVmCr(register) };
  },
});

function fromFeatureControl(register: Found<Buffer>): Found<'allowed' | 'off'> {
  return parseFound(
    register,
    (bytes) => {
      const low = bytes.readUInt32LE(0);
      // Not locked: the kernel may switch it on itself.
      return (low & 1) === 0 || (low & 4) !== 0 ? 'allowed' : 'off';
    },
    '',
  );
}

function fromVmCr(register: Found<Buffer>): Found<'allowed' | 'off'> {
  return parseFound(register, (bytes) => ((bytes.readUInt32LE(0) & 16) === 0 ? 'allowed' : 'off'), '');
}
