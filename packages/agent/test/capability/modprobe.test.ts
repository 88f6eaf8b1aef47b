import { expect, test } from 'vitest';
import type { FileTree } from '../support/file-tree.ts';
import { adviceOf, assessMachine, factsOf, verdictsOf } from '../support/machine.ts';
import { intelHost, XEON_GUEST } from '../support/usual-machines.ts';

/** Source of the input, the files, and the configured parameters. */
const OPTIONS: readonly (readonly [string, FileTree, string])[] = [
  [
    'modprobe.d(5): by base name, whatever the folder; the last wins',
    {
      'etc/modprobe.d/10-kvm.conf': 'options kvm_intel nested=0\n',
      'lib/modprobe.d/90-lab.conf': 'options kvm_intel nested=1\n',
    },
    'kvm_intel.nested=1@/lib/modprobe.d/90-lab.conf',
  ],
  [
    'modprobe.d(5): the first folder hides the same name in others',
    {
      'etc/modprobe.d/kvm.conf': 'options kvm_intel ept=1\n',
      'usr/lib/modprobe.d/kvm.conf': 'options kvm_intel nested=0\n',
    },
    'kvm_intel.ept=1@/etc/modprobe.d/kvm.conf',
  ],
  [
    'libkmod-config.c conf_files_filter_out: what stat does not find hides nothing',
    {
      'etc/modprobe.d/kvm.conf': { link: 'gone' },
      'run/modprobe.d/kvm.conf': 'options kvm_intel nested=0\n',
    },
    'kvm_intel.nested=0@/run/modprobe.d/kvm.conf',
  ],
  [
    'libkmod-config.c conf_files_filter_out: hidden files and other endings',
    {
      'etc/modprobe.d/.kvm.conf': 'options kvm nx=1\n',
      'etc/modprobe.d/kvm.conf.dpkg-old': 'options kvm nx=1\n',
      'etc/modprobe.d/.conf': 'options kvm nx=1\n',
    },
    'absent',
  ],
  [
    'util.c freadline_wrapped: a comment goes on, and words are joined',
    { 'etc/modprobe.d/a.conf': '# was \\\noptions kvm_intel nested=0\noptions kvm-intel nes\\\nted=1\n' },
    'kvm_intel.nested=1@/etc/modprobe.d/a.conf',
  ],
  [
    'libkmod-config.c kmod_config_parse: include and config are not read any more',
    {
      'etc/modprobe.d/a.conf':
        'include /etc/modprobe.d/more\nsoftdep kvm_intel pre: kvm\nremove kvm_intel /bin/true\n',
      'etc/modprobe.d/more': 'options kvm_intel nested=0\n',
    },
    'absent',
  ],
  [
    'libkmod-config.c kmod_config_new: the command line comes last',
    {
      'etc/modprobe.d/zz.conf': 'options kvm_intel nested=1 ept=1\n',
      'proc/cmdline': 'BOOT_IMAGE=/vmlinuz root=/dev/sda2 kvm-intel.nested=0 quiet\n',
    },
    'kvm_intel.ept=1@/etc/modprobe.d/zz.conf kvm_intel.nested=0@/proc/cmdline',
  ],
  [
    'kmod testsuite module-param-kcmdline: an option without a value',
    { 'proc/cmdline': 'kvm_intel.nested kvm.ignore_msrs=1 root=/dev/sda2\n' },
    'kvm_intel.nested@/proc/cmdline kvm.ignore_msrs=1@/proc/cmdline',
  ],
  [
    'kmod testsuite module-param-kcmdline5: quotes',
    { 'proc/cmdline': 'kvm_intel.nested="0" x="kvm_intel.ept=0 " "kvm_amd.npt=0" quiet\n' },
    'kvm_intel.nested=0@/proc/cmdline kvm_amd.npt=0@/proc/cmdline',
  ],
  [
    'kernel params.c: dashes in the name of a parameter',
    { 'proc/cmdline': 'kvm_intel.enable-apicv=0 kvm_intel.enable_apicv=1\n' },
    'kvm_intel.enable_apicv=1@/proc/cmdline',
  ],
];

test.each(OPTIONS)('%s', async (_source, files, right) => {
  expect(factsOf(await assessMachine({ files }))['modprobe.options']).toBe(right);
});

/** Source of the input, the files, what is blocked, and what cannot be loaded at all. */
const BLOCKED: readonly (readonly [string, FileTree, string, string])[] = [
  [
    'modprobe.d(5): blacklist',
    { 'etc/modprobe.d/b.conf': 'blacklist kvm-intel\n' },
    'kvm_intel@/etc/modprobe.d/b.conf',
    'absent',
  ],
  [
    'kernel-parameters.txt: module_blacklist, of which the last counts',
    { 'proc/cmdline': 'module_blacklist=kvm module_blacklist=nouveau,kvm_amd\n' },
    'kvm_amd@/proc/cmdline',
    'kvm_amd@/proc/cmdline',
  ],
  [
    'kernel/module/main.c blacklisted: letter by letter',
    { 'proc/cmdline': 'module_blacklist=kvm-intel\n' },
    'absent',
    'absent',
  ],
  [
    'libkmod-config.c kcmdline_parse_result: modprobe.blacklist adds up',
    { 'proc/cmdline': 'modprobe.blacklist=kvm_intel,floppy modprobe.blacklist=kvm\n' },
    'kvm_intel@/proc/cmdline kvm@/proc/cmdline',
    'absent',
  ],
  [
    'hardening guides: install … /bin/false',
    { 'usr/lib/modprobe.d/cis.conf': 'install kvm_intel /bin/false\n' },
    'kvm_intel@/usr/lib/modprobe.d/cis.conf',
    'kvm_intel@/usr/lib/modprobe.d/cis.conf',
  ],
  [
    'libkmod-module.c: install takes patterns, and the first counts',
    {
      'etc/modprobe.d/a.conf': 'install kvm_[ai]* /usr/bin/true\ninstall kvm_amd /sbin/modprobe -i kvm_amd\n',
    },
    'kvm_intel@/etc/modprobe.d/a.conf kvm_amd@/etc/modprobe.d/a.conf',
    'kvm_intel@/etc/modprobe.d/a.conf kvm_amd@/etc/modprobe.d/a.conf',
  ],
  [
    'modprobe.d(5): install that loads it all the same',
    {
      'etc/modprobe.d/a.conf':
        'install kvm_intel /sbin/modprobe --ignore-install kvm_intel $CMDLINE_OPTS; /bin/true\n',
    },
    'absent',
    'absent',
  ],
  [
    'kmod testsuite alias-to-none',
    { 'etc/modprobe.d/a.conf': 'alias kvm_intel off\n' },
    'kvm_intel@/etc/modprobe.d/a.conf',
    'kvm_intel@/etc/modprobe.d/a.conf',
  ],
];

test.each(BLOCKED)('%s', async (_source, files, blocked, refused) => {
  const facts = factsOf(await assessMachine({ files }));
  expect(facts['modprobe.blocked']).toBe(blocked);
  expect(facts['modprobe.refused']).toBe(refused);
});

const CPU = { 'proc/cpuinfo': XEON_GUEST.replace(/ hypervisor /g, ' ') };

test('what keeps a module from loading is named with the way to take it away', async () => {
  const without = async (files: FileTree) => {
    const assessment = await assessMachine({ files: { ...CPU, 'sys/module/ext4/refcnt': '1', ...files } });
    return [verdictsOf(assessment)['kvm-module'], adviceOf(assessment, 'kvm-module')];
  };
  expect(await without({ 'proc/cmdline': 'module_blacklist=kvm_intel' })).toEqual([
    "fail: kvm_intel is kept from loading by the kernel's command line",
    expect.stringMatching(/GRUB_CMDLINE_LINUX/),
  ]);
  expect(await without({ 'etc/modprobe.d/k.conf': 'install kvm /bin/false' })).toEqual([
    'fail: kvm_intel needs kvm, which is kept from loading by /etc/modprobe.d/k.conf',
    expect.stringMatching(/^node: Remove the lines with kvm from /),
  ]);
  // What needs kvm loads it, whatever the blacklist says.
  expect((await without({ 'etc/modprobe.d/k.conf': 'blacklist kvm' }))[0]).toMatch(/is not loaded/);
});

const RELEASE = '5.15.153.1-microsoft-standard-WSL2';
const BUILT_IN = 'kernel/arch/x86/kvm/kvm.ko\nkernel/arch/x86/kvm/kvm-intel.ko\n';

test.each([
  [
    'modules.builtin',
    { 'proc/sys/kernel/osrelease': '6.1.0\n', 'lib/modules/6.1.0/modules.builtin': BUILT_IN },
  ],
  [
    '/proc/modules',
    { 'proc/sys/kernel/osrelease': '6.1.0\n', 'proc/modules': 'virtio_net 65536 0 - Live 0x0\n' },
  ],
])('a module that is built in by %s takes parameters from the command line alone', async (_by, files) => {
  const machine = intelHost({ nested: 'N' });
  const assessment = await assessMachine({
    ...machine,
    files: { ...machine.files, ...files, 'etc/modprobe.d/kvm.conf': 'options kvm_intel nested=1\n' },
  });
  expect(factsOf(assessment)['kvm_modules.built_in']).toBe('kvm kvm_intel');
  expect(adviceOf(assessment, 'can-nest')).toMatch(
    /built into the kernel: add kvm_intel\.nested=1 to it \(GRUB/,
  );
  expect(verdictsOf(assessment)['configured-parameters']).toMatch(/^pass/);
});

test('in WSL 2 the settings are in a file of Windows', async () => {
  const machine = intelHost({ nested: 'N' });
  const files = {
    ...machine.files,
    'proc/sys/kernel/osrelease': RELEASE,
    'proc/modules': '',
    'proc/cpuinfo': XEON_GUEST,
  };
  const assessment = await assessMachine({ ...machine, files });
  expect(adviceOf(assessment, 'can-nest')).toMatch(
    /\.wslconfig of Windows.* kernelCommandLine = kvm_intel\.nested=1/,
  );
  const cpuinfo = XEON_GUEST.replace(/ vmx /g, ' ');
  const bare = await assessMachine({
    files: { 'proc/cpuinfo': cpuinfo, 'proc/sys/kernel/osrelease': RELEASE },
  });
  expect(adviceOf(bare, 'can-host')).toMatch(
    /^parent: .*\.wslconfig of Windows.*nestedVirtualization = true/,
  );
});

test('advice goes against what would win over it', async () => {
  const machine = intelHost({ nested: 'N' });
  const adviceWith = async (files: FileTree) =>
    adviceOf(await assessMachine({ ...machine, files: { ...machine.files, ...files } }), 'can-nest');
  expect(await adviceWith({ 'etc/modprobe.d/zz.conf': 'options kvm_intel nested=0\n' })).toMatch(
    /^node: Remove kvm_intel\.nested=0 from \/etc\/modprobe\.d\/zz\.conf; echo /,
  );
  expect(await adviceWith({ 'proc/cmdline': 'quiet kvm-intel.nested=0\n' })).toMatch(
    /^node: The kernel's command line says kvm_intel\.nested=0: add kvm_intel\.nested=1 to it/,
  );
});
