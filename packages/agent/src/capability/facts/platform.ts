import { absent, type Found, type Host, known, valueIn } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

const TREE = '/proc/device-tree';
const SYSINFO = '/proc/sysinfo';

/** What machines other than PCs tell by their device tree, and IBM Z by /proc/sysinfo. */
export const platform = defineSource({
  name: 'platform',
  stays: 'always',
  about: {
    hypervisor: about<string>(
      'Hypervisor named by the device tree or IBM Z; "none" if they exclude one.',
      `${TREE}/hypervisor/compatible, ${TREE}/compatible, ${SYSINFO}, /proc/cpuinfo`,
    ),
  },
  async read({ host }) {
    return { hypervisor: await findHypervisor(host) };
  },
});

async function findHypervisor(host: Host): Promise<Found<string>> {
  const sysinfo = valueIn(await host.read(SYSINFO, 64 * 1024));
  const name =
    sysinfo === undefined ? ((await namedByTree(host)) ?? (await namedByCpuinfo(host))) : namedByZ(sysinfo);
  return name === undefined
    ? absent('neither a device tree nor /proc/sysinfo names a hypervisor')
    : known(name);
}

/** IBM Z: VM00 is the innermost control program; without one it is a partition under PR/SM. */
export function namedByZ(sysinfo: string): string | undefined {
  const program = /^VM00 Control Program:\s*(\S+)/m.exec(sysinfo)?.[1];
  if (program !== undefined) return program.startsWith('KVM') ? 'kvm' : 'z/vm';
  return /^LPAR (Number|Name):/m.test(sysinfo) ? 'pr/sm' : undefined;
}

async function namedByTree(host: Host): Promise<string | undefined> {
  const names = valueIn(await host.list(TREE));
  if (names === undefined) return undefined;
  const inHypervisor = strings(valueIn(await host.read(`${TREE}/hypervisor/compatible`, 4096)));
  if (inHypervisor.length > 0) return namedByCompatible(inHypervisor);
  const machine = strings(valueIn(await host.read(`${TREE}/compatible`, 4096)));
  if (machine.some((each) => /^qemu,(pseries|powernv)/.test(each))) return 'tcg';
  if (machine.includes('ibm,powernv')) return 'none';
  if (names.includes('ibm,partition-name') && names.includes('hmc-managed?')) return powerVm(host);
  return names.some((name) => name.includes('fw-cfg')) ? 'qemu' : undefined;
}

function namedByCompatible(compatible: readonly string[]): string {
  const words: readonly (readonly [RegExp, string])[] = [
    [/^linux,kvm|^epapr,hypervisor-kvm/, 'kvm'],
    [/xen/, 'xen'],
    [/vmware/, 'vmware'],
    [/gunyah/, 'gunyah'],
    [/jailhouse/, 'jailhouse'],
    [/acrn/, 'acrn'],
  ];
  const found = words.find(([pattern]) => compatible.some((each) => pattern.test(each)));
  return found?.[1] ?? compatible[0] ?? '';
}

/** A whole machine that is one partition is called "full". */
async function powerVm(host: Host): Promise<string> {
  const [partition] = strings(valueIn(await host.read(`${TREE}/ibm,partition-name`, 256)));
  return partition?.trim() === 'full' ? 'none' : 'powervm';
}

/** POWER says there what it is. */
async function namedByCpuinfo(host: Host): Promise<string | undefined> {
  const text = valueIn(await host.read('/proc/cpuinfo')) ?? '';
  if (/^(model|machine)\s*:.*emulated by qemu/m.test(text)) return 'qemu';
  if (/^vendor_id\s*: User Mode Linux/m.test(text)) return 'uml';
  return /^platform\s*: PowerNV/m.test(text) ? 'none' : undefined;
}

/** A property of the device tree: texts, each ended by a zero byte. */
const strings = (property: string | undefined) =>
  (property ?? '').split('\0').filter((text) => text.trim() !== '');
