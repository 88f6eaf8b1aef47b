import { readCpuInfo } from '../../host/cpuinfo.ts';
import { absent, known } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';
import { isX86, unsupported } from './architecture.ts';

const SOURCE = '/proc/cpuinfo flags';

/** What AMD's SVM can do here: in a guest, what the parent lets through or imitates. */
export const svm = defineSource({
  name: 'svm',
  about: {
    npt: about<boolean>('Second-level paging (Nested Page Tables).', SOURCE),
    nrip_save: about<boolean>('The CPU tells where to go on after an exit.', SOURCE),
    vgif: about<boolean>("A guest hypervisor's STGI and CLGI do not exit.", SOURCE),
    v_vmsave_vmload: about<boolean>("A guest hypervisor's VMSAVE and VMLOAD do not exit.", SOURCE),
    avic: about<boolean>('Interrupt controller accesses do not exit.', SOURCE),
    decodeassists: about<boolean>('The CPU tells what an instruction that exits wanted.', SOURCE),
    flushbyasid: about<boolean>("One guest's TLB entries are flushed without the others'.", SOURCE),
    vmcb_clean: about<boolean>('Unchanged state is not loaded again at each entry.', SOURCE),
  },
  async read({ host, architecture }) {
    if (!isX86(architecture)) return absent(unsupported(architecture));
    const info = await readCpuInfo(host);
    if (info.state !== 'known') return info;
    const { flags } = info.value;
    if (!flags.has('svm')) return absent('the CPU shows no svm');
    const has = (flag: string) => known(flags.has(flag));
    return {
      npt: has('npt'),
      nrip_save: has('nrip_save'),
      vgif: has('vgif'),
      v_vmsave_vmload: has('v_vmsave_vmload'),
      avic: has('avic'),
      decodeassists: has('decodeassists'),
      flushbyasid: has('flushbyasid'),
      vmcb_clean: has('vmcb_clean'),
    };
  },
});
