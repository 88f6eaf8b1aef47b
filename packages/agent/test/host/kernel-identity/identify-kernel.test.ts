import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identifyKernel } from '../../../src/host/kernel-identity/identify-kernel.ts';
import {
  compareKernelVersions,
  parseKernelVersion,
} from '../../../src/host/kernel-identity/kernel-version.ts';

interface Case {
  readonly release: string;
  /** The end of /proc/version, after the compiler. */
  readonly version?: string;
  readonly signature?: string;
  readonly system?: string;
  /** distribution, upstream or "-", build or "-", basis. */
  readonly is: string;
}

/** How kernels of these builders name themselves. */
const CASES: Readonly<Record<string, Case>> = {
  'Debian 12': {
    release: '6.1.0-37-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)',
    system: 'debian',
    is: 'debian 6.1.140 6.1.140-1 stable',
  },
  'Debian 12, cloud, backports': {
    release: '6.12.32+deb12-cloud-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.12.32-1~bpo12+1 (2025-06-21)',
    is: 'debian 6.12.32 6.12.32-1~bpo12+1 stable',
  },
  'Debian, experimental': {
    release: '6.13-rc6-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.13~rc6-1~exp1 (2025-01-06)',
    is: 'debian 6.13-rc6 6.13~rc6-1~exp1 stable',
  },
  'Ubuntu 24.04': {
    release: '6.8.0-45-generic',
    version: '#45-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 12:02:04 UTC 2024',
    signature: 'Ubuntu 6.8.0-45.45-generic 6.8.12',
    system: 'ubuntu',
    is: 'ubuntu 6.8.12 6.8.0-45.45 based',
  },
  'Ubuntu 22.04, HWE': {
    release: '6.8.0-40-generic',
    version: '#40~22.04.3-Ubuntu SMP PREEMPT_DYNAMIC Tue Jul 30 17:30:19 UTC 2',
    signature: 'Ubuntu 6.8.0-40.40~22.04.3-generic 6.8.12',
    is: 'ubuntu 6.8.12 6.8.0-40.40~22.04.3 based',
  },
  'Ubuntu on Azure': {
    release: '5.15.0-1064-azure',
    version: '#73-Ubuntu SMP Tue Apr 30 14:24:24 UTC 2024',
    signature: 'Ubuntu 5.15.0-1064.73-azure 5.15.148',
    is: 'ubuntu 5.15.148 5.15.0-1064.73 based',
  },
  'Ubuntu without its signature': {
    release: '5.4.0-1048-azure',
    version: '#50~18.04.1-Ubuntu SMP Fri May 14 15:25:30 UTC 2021',
    is: 'ubuntu - - based',
  },
  'Proxmox VE 8': {
    release: '6.8.12-4-pve',
    version: '#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)',
    system: 'debian',
    is: 'proxmox 6.8.12 6.8.12-4 based',
  },
  'RHEL 9': {
    release: '5.14.0-503.11.1.el9_5.x86_64',
    version: '#1 SMP PREEMPT_DYNAMIC Mon Sep 30 11:54:45 EDT 2024',
    system: 'rhel',
    is: 'rhel - 5.14.0-503.11.1.el9_5 backported',
  },
  'AlmaLinux 8': {
    release: '4.18.0-553.22.1.el8_10.x86_64',
    system: 'almalinux',
    is: 'almalinux - 4.18.0-553.22.1.el8_10 backported',
  },
  'CentOS Stream 10, in a container of another': {
    release: '6.12.0-55.el10.x86_64',
    system: 'alpine',
    is: 'enterprise-linux - 6.12.0-55.el10 backported',
  },
  'Oracle UEK': {
    release: '5.15.0-206.153.7.el8uek.x86_64',
    system: 'ol',
    is: 'oracle-uek - 5.15.0-206.153.7.el8uek backported',
  },
  'Amazon Linux 2023': {
    release: '6.1.112-122.189.amzn2023.x86_64',
    system: 'amzn',
    is: 'amazon 6.1.112 6.1.112-122.189.amzn2023 stable',
  },
  'Fedora 41': {
    release: '6.11.4-301.fc41.x86_64',
    system: 'fedora',
    is: 'fedora 6.11.4 6.11.4-301.fc41 stable',
  },
  'Fedora Rawhide': {
    release: '7.2.0-0.rc6.260805gc21bb4193868.50.fc45.x86_64',
    is: 'fedora 7.2-rc6 7.2.0-0.rc6.260805gc21bb4193868.50.fc45 stable',
  },
  'SLES 15 SP6': {
    release: '6.4.0-150600.23.25-default',
    system: 'sles',
    is: 'suse - 6.4.0-150600.23.25 backported',
  },
  'openSUSE Tumbleweed': {
    release: '6.11.5-1-default',
    system: 'opensuse-tumbleweed',
    is: 'opensuse 6.11.5 6.11.5-1 stable',
  },
  'Arch Linux': { release: '6.11.5-arch1-1', system: 'arch', is: 'arch 6.11.5 6.11.5-arch1-1 stable' },
  'Arch Linux, LTS': { release: '6.6.59-1-lts', system: 'arch', is: 'arch 6.6.59 6.6.59-1-lts stable' },
  'Alpine 3.20': { release: '6.6.58-0-virt', system: 'alpine', is: 'alpine 6.6.58 6.6.58-0-virt stable' },
  Gentoo: { release: '6.6.58-gentoo-dist', is: 'gentoo 6.6.58 6.6.58-gentoo-dist stable' },
  NixOS: { release: '6.6.58', system: 'nixos', is: 'nixos 6.6.58 - stable' },
  Talos: { release: '6.18.38-talos', is: 'talos 6.18.38 6.18.38-talos stable' },
  'WSL 2': {
    release: '5.15.153.1-microsoft-standard-WSL2',
    system: 'ubuntu',
    is: 'wsl2 5.15.153 5.15.153.1 based',
  },
  'Raspberry Pi OS': {
    release: '6.6.51+rpt-rpi-v8',
    version: '#1 SMP PREEMPT Debian 1:6.6.51-1+rpt3 (2024-10-08)',
    system: 'debian',
    is: 'raspberry-pi 6.6.51 6.6.51-1+rpt3 based',
  },
  'kernel.org, a candidate': { release: '7.2-rc5', is: 'kernel.org 7.2-rc5 - stable' },
  'compiled by somebody': { release: '6.18.44-fc-v782', is: 'somebody 6.18.44 - based' },
  'compiled by somebody on Debian': {
    release: '6.18.44-mine',
    version: '#1 SMP PREEMPT_DYNAMIC Mon May 12 09:41:23 CST 2025',
    is: 'somebody 6.18.44 - based',
  },
  'with changes': { release: '6.6.56+', is: 'somebody 6.6.56 - based' },
};

/** Between release and build: which compiler it was tells nothing of the kernel. */
const COMPILER = '(gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40)';

test.each(Object.entries(CASES))('%s', (_name, { release, version = '', is, ...more }) => {
  const found = identifyKernel({
    release,
    version: version === '' ? '' : `Linux version ${release} (builder) ${COMPILER} ${version}`,
    signature: '',
    system: '',
    ...more,
  });
  const words = [found.distribution, found.upstream ?? '-', found.build ?? '-', found.basis];
  expect(words.join(' ')).toBe(is);
  expect(found.reason === '').toBe(found.basis === 'stable');
});

test.each([
  ['no number at all', 'hyperkernel'],
  ['a number that Linux does not have', '99.1.2'],
  ['an old one', '1.2.13'],
  ['nothing', ''],
  ['blanks', '6 .1.2'],
  ['a very long one', `6.1.${'9'.repeat(200)}`],
])('a made-up release (%s) tells nothing, with the reason', (_name, release) => {
  const found = identifyKernel({ release, version: '', signature: '', system: 'debian' });
  expect(found).toMatchObject({ upstream: undefined, basis: 'backported' });
  expect(found.reason).not.toBe('');
});

test('any texts give an answer', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('6.1.0', '-pve', '.el9', 'Debian 6.1-', 'Ubuntu 6-a 6', '7.2-rc5'),
  );
  const parts = fc.tuple(text, text).map((both) => both.join(''));
  fc.assert(
    fc.property(parts, parts, parts, text, (release, version, signature, system) => {
      const found = identifyKernel({ release, version, signature, system });
      expect(['stable', 'based', 'backported']).toContain(found.basis);
      expect(found.upstream === undefined || parseKernelVersion(found.upstream) !== undefined).toBe(true);
      expect(found.upstream !== undefined || found.reason !== '').toBe(true);
    }),
  );
});

test('what differs between uname and /proc/version is believed in neither', () => {
  const version = 'Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016';
  const found = identifyKernel({ release: '6.1.140', version, signature: '', system: '' });
  expect(found.upstream).toBeUndefined();
  expect(found.reason).toBe('the kernel calls itself 6.1.140, and 4.4.0 in /proc/version');
});

test('candidates come before their release, and numbers are no words', () => {
  const order = ['5.15.222', '6.1.9', '6.1.177', '7.2-rc4', '7.2-rc10', '7.2', '7.2.1'];
  const versions = order.map((text) => parseKernelVersion(text));
  for (const [at, version] of versions.entries()) {
    const next = versions[at + 1];
    if (version === undefined || next === undefined) continue;
    expect(compareKernelVersions(version, next), order[at]).toBeLessThan(0);
  }
  expect(parseKernelVersion('6.1.x')).toBeUndefined();
});
