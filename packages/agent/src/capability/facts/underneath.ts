import { DMI, readMeantDmi } from '../../host/dmi.ts';
import { absent, type Found, known } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** The leaf at which every hypervisor for x86 writes its twelve-letter signature into EBX, ECX and EDX. */
export const HYPERVISOR_LEAF = 0x40000000;

/** KVM and Xen that offer Windows the interface of Hyper-V show its signature, and their own some leaves later. */
const NEXT_HYPERVISOR = 0x100;
const HYPER_V = 'Microsoft Hv';

const FILE = '/dev/cpu/0/cpuid';

/** The hypervisor that answers the CPUID instruction here: the innermost. */
export const cpuid = defineSource({
  name: 'cpuid',
  stays: 'once-known',
  x86Only: true,
  about: {
    signature: about<string>(
      'Signature of the hypervisor underneath, such as KVMKVMKVM.',
      `${FILE} leaf 0x40000000 (module cpuid, root)`,
    ),
  },
  async read({ host }) {
    const registers = await host.readAt(FILE, HYPERVISOR_LEAF, 16);
    if (registers.state !== 'known') return registers;
    const first = signatureFrom(registers.value);
    if (first.state !== 'known' || first.value !== HYPER_V) return { signature: first };
    const next = await host.readAt(FILE, HYPERVISOR_LEAF + NEXT_HYPERVISOR, 16);
    const second = next.state === 'known' ? signatureFrom(next.value) : next;
    return { signature: second.state === 'known' ? second : first };
  },
});

/** EAX, EBX, ECX, EDX in that order; on hardware the leaf answers something other than text. */
export function signatureFrom(registers: Uint8Array): Found<string> {
  const text = Buffer.from(registers.subarray(4, 16)).toString('latin1').replace(/\0+$/, '');
  return /^[\x20-\x7e]{4,12}$/.test(text)
    ? known(text)
    : absent('leaf 0x40000000 holds no signature: no hypervisor, or one that hides');
}

/** What the firmware says it is. */
export const dmi = defineSource({
  name: 'dmi',
  stays: 'always',
  about: {
    vendor: about<string>('Maker of the machine.', `${DMI}/sys_vendor`),
    product: about<string>('Product name of the machine.', `${DMI}/product_name`),
    version: about<string>('Version of the product.', `${DMI}/product_version`),
    bios: about<string>('Maker of the firmware.', `${DMI}/bios_vendor`),
    board: about<string>('Maker of the board.', `${DMI}/board_vendor`),
  },
  async read({ host }) {
    const names = await host.list(DMI);
    if (names.state === 'absent') return absent('no DMI here, as in Firecracker and microvm');
    return {
      vendor: await readMeantDmi(host, 'sys_vendor'),
      product: await readMeantDmi(host, 'product_name'),
      version: await readMeantDmi(host, 'product_version'),
      bios: await readMeantDmi(host, 'bios_vendor'),
      board: await readMeantDmi(host, 'board_vendor'),
    };
  },
});
