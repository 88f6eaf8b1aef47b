import { readCpuInfo } from '../../host/cpuinfo.ts';
import { absent, known, parseFound, readLine, unknown, valueIn } from '../../host/host.ts';
import { about, defineSource, factsFrom } from '../fact.ts';

const VMX_FLAGS = '/proc/cpuinfo vmx flags (Linux 5.6 and later)';
const BOTH_FLAGS = '/proc/cpuinfo vmx flags (Linux 5.6 and later), or flags';

const VMX = {
  ept: about<boolean>('Second-level paging (Extended Page Tables).', BOTH_FLAGS),
  vpid: about<boolean>('TLB entries tagged by guest, so that exits do not flush them.', BOTH_FLAGS),
  unrestricted_guest: about<boolean>('Guests run real mode without emulation.', VMX_FLAGS),
  shadow_vmcs: about<boolean>(
    "VMCS shadowing: a guest hypervisor's VMREAD and VMWRITE do not exit.",
    VMX_FLAGS,
  ),
  apicv: about<boolean>('APIC virtualization: interrupt controller accesses do not exit.', VMX_FLAGS),
  posted_interrupts: about<boolean>('Interrupts reach a running guest without an exit.', VMX_FLAGS),
  preemption_timer: about<boolean>('A timer that exits without an interrupt.', VMX_FLAGS),
  ept_ad: about<boolean>('Accessed and dirty bits in EPT.', BOTH_FLAGS),
};

/** What Intel's VMX can do here: in a guest, what the parent lets through or imitates. */
export const vmx = defineSource({
  name: 'vmx',
  stays: 'always',
  x86Only: true,
  about: VMX,
  async read({ host }) {
    const info = await readCpuInfo(host);
    if (info.state !== 'known') return info;
    const { flags, vmxFlags } = info.value;
    if (!flags.has('vmx')) return absent('the CPU shows no vmx');
    const release = valueIn(await readLine(host, '/proc/sys/kernel/osrelease')) ?? '';
    return factsFrom(VMX, (name) => {
      // The plain flags line has these as well, and before 5.6 nothing else.
      const isPlain = name === 'ept' || name === 'vpid' || name === 'ept_ad';
      if (isPlain && flags.has(name)) return known(true);
      if (name !== 'ept_ad' && isPlain && vmxFlags === undefined && listsPlainly(release))
        return known(false);
      if (vmxFlags === undefined) return unknown('this kernel does not list vmx flags (5.6 and later do)');
      return known(vmxFlags.has(name === 'posted_interrupts' ? 'posted_intr' : name));
    });
  },
});

/**
 * Kernels from 2.6.28 to 5.5 list EPT and VPID among the plain flags wherever the CPU has them; from 5.6 on the line of
 * its own is only left out where the kernel was built without these names, which then tell nothing.
 */
export function listsPlainly(release: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (major === undefined) return true;
  return Number(major) < 5 || (Number(major) === 5 && Number(minor) < 6);
}

const FLAGS = '/proc/cpuinfo flags';

const SVM = {
  npt: about<boolean>('Second-level paging (Nested Page Tables).', FLAGS),
  nrip_save: about<boolean>("The CPU saves the next instruction's address at an exit.", FLAGS),
  vgif: about<boolean>("A guest hypervisor's STGI and CLGI do not exit.", FLAGS),
  v_vmsave_vmload: about<boolean>("A guest hypervisor's VMSAVE and VMLOAD do not exit.", FLAGS),
  avic: about<boolean>('Interrupt controller accesses do not exit.', FLAGS),
  decodeassists: about<boolean>('The CPU decodes the instruction that exits.', FLAGS),
  flushbyasid: about<boolean>("One guest's TLB entries are flushed without the others'.", FLAGS),
  vmcb_clean: about<boolean>('Unchanged state is not loaded again at each entry.', FLAGS),
};

/** What AMD's SVM can do here: in a guest, what the parent lets through or imitates. */
export const svm = defineSource({
  name: 'svm',
  stays: 'always',
  x86Only: true,
  about: SVM,
  async read({ host }) {
    const info = await readCpuInfo(host);
    if (info.state !== 'known') return info;
    const { flags } = info.value;
    if (!flags.has('svm')) return absent('the CPU shows no svm');
    return factsFrom(SVM, (flag) => known(flags.has(flag)));
  },
});

const FILE = '/dev/cpu/0/msr';
/**
 * IA32_FEATURE_CONTROL: bit 0 locks, bit 2 allows VMX (Intel SDM volume 3, appendix A.7 and section 24.7). Not locked,
 * the kernel may switch it on itself.
 */
const FEATURE_CONTROL = 0x3a;
/** VM_CR: bit 4 disables SVM (AMD64 manual volume 2, section 15.30.1). */
const VM_CR = 0xc0010114;
const REGISTER_BYTES = 8;

/** Whether the firmware switched virtualization off, where the flags cannot tell. */
export const firmware = defineSource({
  name: 'firmware',
  stays: 'once-known',
  x86Only: true,
  about: {
    virtualization: about<'allowed' | 'off'>(
      'Whether the firmware allows virtualization.',
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
    const isOff = (bits: number) => (isIntel ? (bits & 0b101) === 0b001 : (bits & 0b10000) !== 0);
    return {
      virtualization: parseFound(register, (bytes) => (isOff(bytes.readUInt32LE(0)) ? 'off' : 'allowed'), ''),
    };
  },
});
