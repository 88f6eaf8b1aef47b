import { type CpuInfo, cpuField, cpuFlags, readCpuInfo } from '../../host/cpuinfo.ts';
import { absent, type Found, known, parseFound, unknown } from '../../host/host.ts';
import { tscMhz } from '../../host/tsc.ts';
import { about, defineSource, isX86 } from '../fact.ts';
import { modelOfQemu } from './qemu-models.ts';
import { isXenOnHardware } from './xen.ts';

/** Whether this is a machine whose virtualization nestwatch understands. */
export const architecture = defineSource({
  name: 'architecture',
  about: {
    machine: about<string>('Machine architecture.', 'uname(2)'),
    supported: about<boolean>(
      'Whether the facts and rules know this architecture (x86-64 only).',
      'uname(2)',
    ),
  },
  async read(context) {
    return { machine: known(context.architecture), supported: known(isX86(context.architecture)) };
  },
});

const CPUINFO = '/proc/cpuinfo';

/** Who made the CPU, and whether it shows hardware virtualization. */
export const cpu = defineSource({
  name: 'cpu',
  x86Only: true,
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
    family_model: about<string>(
      'Family and model, which identify the CPU generation, such as "6/106".',
      `${CPUINFO} cpu family, model`,
    ),
    tsc_mhz: about<number>(
      'Frequency of the time-stamp counter, MHz. Cycles are counted with it.',
      `${CPUINFO} bogomips, which is twice that`,
      { volatile: true },
    ),
    under_hypervisor: about<boolean>(
      "Whether the CPU shows a hypervisor underneath. In Xen's dom0: one below Xen.",
      `${CPUINFO} flags, hypervisor`,
    ),
  },
  async read({ host }) {
    const info = await readCpuInfo(host);
    const flags = cpuFlags(info);
    return {
      vendor: cpuField(info, 'vendor_id'),
      model: cpuField(info, 'model name'),
      family_model: parseFound(info, familyModelOf, `${CPUINFO} has no family and model`),
      tsc_mhz: parseFound(info, tscMhz, `${CPUINFO}: no constant rate of the time-stamp counter`),
      virtualization: parseFound(flags, virtualizationIn, ''),
      under_hypervisor: (await isXenOnHardware(host))
        ? known(false)
        : parseFound(flags, (all) => all.has('hypervisor'), ''),
    };
  },
});

function familyModelOf({ fields }: CpuInfo): string | undefined {
  const [family, model] = [fields.get('cpu family'), fields.get('model')];
  return family === undefined || model === undefined ? undefined : `${family}/${model}`;
}

function virtualizationIn(flags: ReadonlySet<string>): 'vmx' | 'svm' | 'none' {
  if (flags.has('vmx')) return 'vmx';
  return flags.has('svm') ? 'svm' : 'none';
}

/** Which CPU model the parent gave this guest. */
export const cpuModel = defineSource({
  name: 'cpu_model',
  stays: 'always',
  x86Only: true,
  about: {
    given: about<'host' | 'named' | 'default'>(
      "host: the parent's own model (host-passthrough). named: a model from QEMU's list, also with libvirt's host-model. default: QEMU's smallest model.",
      '/proc/cpuinfo model name, compared with the names of QEMU (target/i386/cpu.c)',
    ),
  },
  async read({ host }) {
    const info = await readCpuInfo(host);
    if (info.state !== 'known') return info;
    if (!info.value.flags.has('hypervisor')) return absent('no hypervisor underneath');
    const model = cpuField(info, 'model name');
    return { given: model.state === 'known' ? givenModel(model.value, info.value.flags) : model };
  },
});

const NO_FLAGS: ReadonlySet<string> = new Set();

/** Whose model a CPU under KVM is, by its name and its flags. */
export function givenModel(name: string, flags = NO_FLAGS): Found<'host' | 'named' | 'default'> {
  if (/^(AMD EPYC|Intel\(R\) Xeon\(R\) Processor( @ .*)?)$/.test(name)) {
    return unknown('the name is one that Firecracker gives to every CPU');
  }
  return known(modelOfQemu(name, flags) ?? 'host');
}

const ONLINE = '/sys/devices/system/cpu/online';

/** How many CPUs this machine has. */
export const cpus = defineSource({
  name: 'cpus',
  about: { online: about<number>('CPUs online.', ONLINE) },
  async read({ host }) {
    const list = await host.read(ONLINE, 4096);
    return { online: parseFound(list, countCpuList, `${ONLINE}: unexpected format`) };
  },
});

/** Number of CPUs in a kernel list such as "0-3,8"; undefined when it is none. */
export function countCpuList(text: string): number | undefined {
  let count = 0;
  for (const range of text.trim().split(',')) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return undefined;
    count += last - first + 1;
  }
  return count;
}
