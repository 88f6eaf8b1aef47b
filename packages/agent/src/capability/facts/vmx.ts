import { readCpuInfo } from '../../host/cpuinfo.ts';
import { absent, known, unknown } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';
import { isX86, unsupported } from './architecture.ts';

const SOURCE = '/proc/cpuinfo vmx flags (Linux 5.6 and later)';

/** What Intel's VMX can do here: in a guest, what the parent lets through or imitates. */
export const vmx = defineSource({
  name: 'vmx',
  about: {
    ept: about<boolean>('Second-level paging (Extended Page Tables).', SOURCE),
    vpid: about<boolean>('TLB entries tagged by guest, so that exits do not flush them.', SOURCE),
    unrestricted_guest: about<boolean>('Guests run real mode without emulation.', SOURCE),
    shadow_vmcs: about<boolean>(
      "VMCS shadowing: a guest hypervisor's VMREAD and VMWRITE do not exit.",
      SOURCE,
    ),
    apicv: about<boolean>('APIC virtualization: interrupt controller accesses do not exit.', SOURCE),
    posted_interrupts: about<boolean>('Interrupts reach a running guest without an exit.', SOURCE),
    preemption_timer: about<boolean>('A timer that exits without an interrupt.', SOURCE),
    ept_ad: about<boolean>('Accessed and dirty bits in EPT.', SOURCE),
  },
  async read({ host, architecture }) {
    if (!isX86(architecture)) return absent(unsupported(architecture));
    const info = await readCpuInfo(host);
    if (info.state !== 'known') return info;
    const { flags, vmxFlags } = info.value;
    if (!flags.has('vmx')) return absent('the CPU shows no vmx');
    const has = (flag: string) =>
      vmxFlags === undefined
        ? unknown('this kernel does not list vmx flags (5.6 and later do)')
        : known(vmxFlags.has(flag));
    // Before 5.6, and still for these two, the plain flags line has them as well.
    const hasPlain = (flag: string) => (flags.has(flag) ? known(true) : has(flag));
    return {
      ept: hasPlain('ept'),
      vpid: hasPlain('vpid'),
      unrestricted_guest: has('unrestricted_guest'),
      shadow_vmcs: has('shadow_vmcs'),
      apicv: has('apicv'),
      posted_interrupts: has('posted_intr'),
      preemption_timer: has('preemption_timer'),
      ept_ad: has('ept_ad'),
    };
  },
});
