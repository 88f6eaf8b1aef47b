import { expect, test } from 'vitest';
import { adviceOf, assessMachine, factsOf, type Machine, verdictsOf } from '../support/machine.ts';
import { parameters } from '../support/usual-machines.ts';

interface Old {
  readonly release: string;
  readonly flags: string;
  readonly module?: Readonly<Record<string, string>>;
  readonly signature?: string;
  readonly vmxFlags?: string;
}

function machineOf({ release, flags, module = {}, signature, vmxFlags }: Old): Machine {
  const isAmd = / svm\b/.test(` ${flags}`);
  const own = vmxFlags === undefined ? '' : `vmx flags\t: ${vmxFlags}\n`;
  return {
    kvm: true,
    ...(signature === undefined ? {} : { signature }),
    files: {
      'proc/sys/kernel/osrelease': `${release}\n`,
      'proc/cpuinfo': `processor\t: 0\nvendor_id\t: ${isAmd ? 'AuthenticAMD' : 'GenuineIntel'}\nflags\t\t: fpu tsc ${flags}\n${own}`,
      ...parameters(isAmd ? 'kvm_amd' : 'kvm_intel', module),
    },
  };
}

const NO_EPT =
  'warn: severe: the CPU shows no ept, so every page table change of a guest exits (shadow paging)';
const NO_NPT =
  'warn: severe: the CPU shows no npt, so every page table change of a guest exits (shadow paging)';
const GUEST = { signature: 'KVMKVMKVM' };

/** Source of the input, the machine, the verdict, and who can do something. */
const CASES: readonly (readonly [string, Old, string, RegExp])[] = [
  [
    'Linux 4.19 arch/x86/kernel/cpu/intel.c detect_vmx_virtcap: a guest without EPT',
    {
      ...GUEST,
      release: '4.19.0-27-amd64',
      flags: 'hypervisor vmx tpr_shadow vnmi',
      module: { ept: 'N', nested: 'N' },
    },
    NO_EPT,
    /^parent: On the parent: .*kvm_intel\/parameters\/ept/,
  ],
  [
    'CentOS 7: 3.10 lists no ept, and the module says N',
    {
      ...GUEST,
      release: '3.10.0-1160.el7.x86_64',
      flags: 'vmx hypervisor lahf_lm tsc_adjust',
      module: { ept: 'N' },
    },
    NO_EPT,
    /^parent: /,
  ],
  [
    'CentOS 6: 2.6.32 without the module',
    { ...GUEST, release: '2.6.32-754.el6.x86_64', flags: 'vmx hypervisor' },
    NO_EPT,
    /^parent: /,
  ],
  [
    'the same on VMware, whose owner has the switch',
    {
      signature: 'VMwareVMware',
      release: '4.15.0-213-generic',
      flags: 'vmx hypervisor',
      module: { ept: 'N' },
    },
    NO_EPT,
    /^parent: In VMware: .*vhv\.enable/,
  ],
  [
    'an AMD guest without NPT, Linux 4.9',
    {
      ...GUEST,
      release: '4.9.0-19-amd64',
      flags: 'svm hypervisor vmmcall',
      module: { npt: '0', nested: '1' },
    },
    NO_NPT,
    /^parent: On the parent: .*kvm_amd\/parameters\/npt/,
  ],
  [
    'Core 2 on hardware has none, and nobody can give it',
    { release: '3.16.0-11-amd64', flags: 'vmx est tm2 tpr_shadow vnmi flexpriority', module: { ept: 'N' } },
    NO_EPT,
    /^node: A CPU with EPT/,
  ],
  [
    'Ubuntu 18.04 on hardware that has it, switched off by its own module',
    {
      release: '4.15.0-213-generic',
      flags: 'vmx ept vpid ept_ad tpr_shadow vnmi flexpriority',
      module: { ept: 'N' },
    },
    'warn: severe: kvm_intel has ept off, so every page table change of a guest exits (shadow paging)',
    /^node: echo "options kvm_intel ept=1"/,
  ],
  [
    'a guest that has it',
    { ...GUEST, release: '5.4.0-190-generic', flags: 'vmx ept vpid ept_ad hypervisor', module: { ept: 'Y' } },
    'pass: yes: ept',
    /^$/,
  ],
  [
    'Linux 5.10 has a line of its own',
    {
      ...GUEST,
      release: '5.10.0-32-amd64',
      flags: 'vmx hypervisor',
      vmxFlags: 'vnmi tsc_offset',
      module: { ept: 'N' },
    },
    NO_EPT,
    /^parent: /,
  ],
];

test.each(CASES)('%s', async (_source, old, verdict, advice) => {
  const assessment = await assessMachine(machineOf(old));
  expect(verdictsOf(assessment)['second-level-paging']).toBe(verdict);
  expect(adviceOf(assessment, 'second-level-paging')).toMatch(advice);
});

test('what an old kernel lists plainly is known, and what it does not list is not', async () => {
  const old = { release: '4.19.0-27-amd64', flags: 'vmx ept vpid ept_ad tpr_shadow vnmi flexpriority' };
  const switches = { ept: 'Y', enable_shadow_vmcs: 'N', nested: 'Y' };
  const assessment = await assessMachine(machineOf({ ...old, module: switches }));
  expect(factsOf(assessment)).toMatchObject({
    'vmx.ept': 'yes',
    'vmx.vpid': 'yes',
    'vmx.ept_ad': 'yes',
    'vmx.shadow_vmcs': 'unknown',
  });
  expect(verdictsOf(assessment)['vmcs-shadowing']).toMatch(/^info: no; this kernel does not show whether/);
  // A newer kernel that was built without the names tells nothing.
  const bare = await assessMachine(machineOf({ release: '6.1.0', flags: 'vmx' }));
  expect(factsOf(bare)['vmx.ept']).toBe('unknown');
});
