import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './comparison.ts';
import { smallMachine } from './small-machine.ts';
import { hypervisorOf } from './systemd.ts';

const SOURCE = 'tests/unittests/test_ds_identify.py';

/**
 * The machines by which cloud-init tests how it recognizes clouds: CPUID names the hypervisor that the case has, and the
 * firmware says what the case says. What a cloud writes there must not make another hypervisor of it.
 */
export async function compareWithDsIdentify(source: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { name, virtualization, files } of machinesIn(readFileSync(join(source, SOURCE), 'utf8'))) {
    const [signature, theirs] = HYPERVISORS[virtualization] ?? [];
    if (theirs === undefined) continue;
    const flags = signature === undefined ? 'fpu tsc' : 'fpu tsc hypervisor';
    const cpuinfo = `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\n`;
    const ours = await hypervisorOf(smallMachine({ '/proc/cpuinfo': cpuinfo, ...files }, signature));
    answers.push({ case: name, field: 'virtualization', theirs, ours });
  }
  return answers;
}

/** By the words of systemd-detect-virt: what CPUID says there, and our name. Other words name nothing. */
const HYPERVISORS: Readonly<Record<string, readonly [signature: string | undefined, ours: string]>> = {
  none: [undefined, 'none'],
  kvm: ['KVMKVMKVM', 'kvm'],
  qemu: ['TCGTCGTCGTCG', 'tcg'],
  vmware: ['VMwareVMware', 'vmware'],
  xen: ['XenVMMXenVMM', 'xen'],
  wsl: ['Microsoft Hv', 'hyper-v'],
};

interface Machine {
  readonly name: string;
  readonly virtualization: string;
  /** Of /sys/class/dmi/id, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Machines of VALID_CFG whose virtualization is given, in the test or by a constant at its beginning. */
export function machinesIn(source: string): Machine[] {
  const virtualizations = new Map(
    [...source.matchAll(/^(MOCK_VIRT_IS_\w+) = \{[^}]*"RET": "([^"]+)"/gm)].map(([, id = '', is = '']) => [
      id,
      is,
    ]),
  );
  const paths = new Map(
    [...source.matchAll(/^(P_\w+) = "(sys\/class\/dmi\/id\/\w+)"/gm)].map(([, id = '', path = '']) => [
      id,
      path,
    ]),
  );
  const valid = source.slice(source.indexOf('\nVALID_CFG = {'));
  return [...valid.matchAll(/^ {4}"([^"]+)": \{$([\s\S]*?)^ {4}\},$/gm)].flatMap(
    ([, name = '', body = '']) => {
      const given = /"name": "detect_virt",\s*"RET": "([^"]+)"/.exec(body)?.[1];
      const virtualization = given ?? virtualizations.get(/\bMOCK_VIRT_IS_\w+/.exec(body)?.[0] ?? '');
      const files = [...body.matchAll(/\b(P_\w+): "((?:[^"\\]|\\.)*)"/g)].flatMap(
        ([, id = '', text = '']) => {
          const path = paths.get(id);
          return path === undefined ? [] : [[`/${path}`, text.replaceAll('\\n', '\n')] as const];
        },
      );
      return virtualization === undefined ? [] : [{ name, virtualization, files: Object.fromEntries(files) }];
    },
  );
}
