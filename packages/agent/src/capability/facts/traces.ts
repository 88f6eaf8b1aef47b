import { readClocksources } from '../../host/clocksource.ts';
import { cpuField, readCpuInfo } from '../../host/cpuinfo.ts';
import { type Host, valueIn } from '../../host/host.ts';
import { readPciDevices } from '../../host/pci.ts';
import { isWsl2 } from '../../host/wsl.ts';
import { about, defineSource, listOf } from '../fact.ts';

const BOOT_LOG = '/var/log/dmesg';

/** What a hypervisor leaves where everybody may read it, without root, DMI or the module cpuid. */
export const traces = defineSource({
  name: 'traces',
  stays: 'once-known',
  about: {
    named: about<readonly string[]>(
      'Hypervisors that other traces name, as source=name.',
      `available clocksources, /sys/bus/vmbus/devices, the kernel's release (WSL 2), PCI devices that only one has, /proc/cpuinfo model name, ${BOOT_LOG}`,
    ),
  },
  async read({ host }) {
    const found: readonly (readonly [string, string | undefined])[] = [
      ['clocksource', namedByClock(valueIn(await readClocksources(host)) ?? [])],
      [
        'vmbus',
        (valueIn(await host.list('/sys/bus/vmbus/devices')) ?? []).length > 0 ? 'hyper-v' : undefined,
      ],
      ['release', (await isWsl2(host)) ? 'hyper-v' : undefined],
      ['cpu-model', namedByModel(valueIn(cpuField(await readCpuInfo(host), 'model name')) ?? '')],
      ['pci', namedByPci(await readPciDevices(host))],
      ['boot-log', namedByBootLog(await bootLog(host))],
    ];
    const named = found.filter(([, name]) => name !== undefined).map(([by, name]) => `${by}=${name}`);
    return { named: listOf(named, 'no trace of a hypervisor') };
  },
});

/** The kernel offers these only after it found the hypervisor by CPUID. */
function namedByClock(available: readonly string[]): string | undefined {
  if (available.some((name) => name.startsWith('hyperv_clocksource'))) return 'hyper-v';
  if (available.includes('kvm-clock')) return 'kvm';
  return available.includes('xen') ? 'xen' : undefined;
}

function namedByModel(model: string): string | undefined {
  if (model.startsWith('QEMU TCG CPU')) return 'tcg';
  if (model.startsWith('Common KVM processor')) return 'kvm';
  return model === 'UML' ? 'uml' : undefined;
}

/** Vendor and device, four hex digits each. QEMU imitates other makers' cards, but not these. */
const PCI_DEVICES: readonly (readonly [RegExp, string])[] = [
  [/^80ee:(beef|cafe)$/, 'virtualbox'],
  [/^15ad:(0740|0790|07a0)$/, 'vmware'],
  [/^1414:5353$/, 'hyper-v'],
  [/^5853:/, 'xen'],
  [/^1ab8:/, 'parallels'],
  [/^fb5d:/, 'bhyve'],
  [/^(1b36:|1234:1111$)/, 'kvm'],
];

function namedByPci(devices: readonly string[]): string | undefined {
  return PCI_DEVICES.find(([device]) => devices.some((each) => device.test(each)))?.[1];
}

async function bootLog(host: Host): Promise<string> {
  return valueIn(await host.read(BOOT_LOG, 256 * 1024)) ?? '';
}

const LOGGED: readonly (readonly [string, string])[] = [
  ['Microsoft Hyper', 'hyper-v'],
  ['KVM', 'kvm'],
  ['VMware', 'vmware'],
  ['Xen', 'xen'],
  ['ACRN', 'acrn'],
  ['Jailhouse', 'jailhouse'],
  ['Bhyve', 'bhyve'],
];

/** "Hypervisor detected: …" of the kernel's start; "Hyper-V: …" and "HyperV: …" come from its own code there. */
export function namedByBootLog(log: string): string | undefined {
  const detected = /Hypervisor detected: (.+)/.exec(log)?.[1];
  if (detected !== undefined) return LOGGED.find(([word]) => detected.startsWith(word))?.[1];
  return /\] (Hyper-V|HyperV|hv_vmbus): /.test(log) ? 'hyper-v' : undefined;
}
