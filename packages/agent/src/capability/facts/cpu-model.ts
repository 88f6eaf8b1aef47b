import { cpuField, readCpuInfo } from '../../host/cpuinfo.ts';
import { absent, type Found, known, unknown } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';
import { isX86, unsupported } from './architecture.ts';

/** Which CPU model the parent gave this guest. */
export const cpuModel = defineSource({
  name: 'cpu_model',
  about: {
    given: about<'host' | 'named' | 'default'>(
      "The parent's own model (host: host-passthrough or host-model), a model of QEMU's list (named), or QEMU's least one (default).",
      '/proc/cpuinfo model name, compared with the names of QEMU (target/i386/cpu.c)',
    ),
  },
  async read({ host, architecture }) {
    if (!isX86(architecture)) return absent(unsupported(architecture));
    const info = await readCpuInfo(host);
    if (info.state !== 'known') return info;
    if (!info.value.flags.has('hypervisor')) return absent('no hypervisor underneath');
    const model = cpuField(info, 'model name');
    return { given: model.state === 'known' ? givenModel(model.value) : model };
  },
});

/** The names that QEMU's models have; real CPUs carry a number and "(R)". */
export function givenModel(name: string): Found<'host' | 'named' | 'default'> {
  if (/^(AMD EPYC|Intel\(R\) Xeon\(R\) Processor( @ .*)?)$/.test(name)) {
    return unknown('the name is one that Firecracker gives to every CPU');
  }
  if (/^(QEMU (Virtual|TCG) CPU|Common (32-bit )?KVM processor)/.test(name)) return known('default');
  if (/^Intel (Core|Xeon|Celeron|Core 2|Atom) (Processor|Duo|i\d)/.test(name)) return known('named');
  if (/^(Westmere|Nehalem|Skylake|Haswell|Broadwell) /.test(name)) return known('named');
  if (/^AMD (EPYC(-\w+)?|Opteron \S+|Phenom.*) (Processor|\(.*\))/.test(name)) return known('named');
  if (/^(AMD Opteron \d+|Hygon Dhyana) /.test(name) && !/Core/.test(name)) return known('named');
  return known('host');
}
