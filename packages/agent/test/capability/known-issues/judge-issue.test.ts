import { describe, expect, test } from 'vitest';
import { compareBuilds } from '../../../src/capability/known-issues/compare-builds.ts';
import { howToTell, latestOf, whereFixed } from '../../../src/capability/known-issues/how-to-tell.ts';
import type { Issue } from '../../../src/capability/known-issues/issue.ts';
import { judgeIssue } from '../../../src/capability/known-issues/judge-issue.ts';
import { isOpen, judgeIssues, wordsOf } from '../../../src/capability/known-issues/judge-issues.ts';
import { builtInIssues } from '../../../src/capability/known-issues/load-issues.ts';
import type { Machine, Reach } from '../../../src/capability/known-issues/machine.ts';
import { identifyKernel } from '../../../src/host/kernel-identity/identify-kernel.ts';

const NESTS: Reach = { hosts: true, nests: true, shadowPaging: false, isGuest: false };

interface Kernel {
  readonly release: string;
  readonly version?: string;
  readonly signature?: string;
  readonly system?: string;
}

function machine(kernel: Kernel, more: Partial<Machine> = {}): Machine {
  return {
    kernel: identifyKernel({ version: '', signature: '', system: '', ...kernel }),
    architecture: 'x86_64',
    vendor: 'amd',
    vulnerabilities: [],
    programs: [],
    signs: [],
    reach: NESTS,
    ...more,
  };
}

async function issue(id: string): Promise<Issue> {
  const found = (await builtInIssues()).issues.find((each) => each.id === id);
  if (found === undefined) throw new Error(`${id} is not in the list`);
  return found;
}

const judged = async (id: string, kernel: Kernel, more?: Partial<Machine>) =>
  judgeIssue(await issue(id), machine(kernel, more));

const debian = (build: string): Kernel => ({
  release: '6.1.0-37-amd64',
  version: `Linux version 6.1.0-37-amd64 (x) #1 SMP Debian ${build} (2026-07-01)`,
});

describe('Januscape by version', () => {
  test.each([
    ['2.6.35', 'closed'],
    ['4.9.337', 'unclear'],
    ['5.10.259', 'open'],
    ['5.10.260', 'unclear'],
    ['5.15.210', 'open'],
    ['5.15.211', 'unclear'],
    ['5.15.222', 'closed'],
    ['6.1.176', 'open'],
    ['6.1.177', 'closed'],
    ['6.6.143', 'open'],
    ['6.12.95', 'closed'],
    ['6.14.11', 'open'],
    ['6.18.37', 'open'],
    ['6.18.38', 'closed'],
    ['7.0.12', 'open'],
    ['7.1.2', 'open'],
    ['7.1.3', 'closed'],
    ['7.2-rc1', 'closed'],
    ['7.3.4', 'closed'],
  ])('%s: %s', async (release, standing) => {
    expect((await judged('CVE-2026-53359', { release })).standing).toBe(standing);
  });
});

describe('Januscape by who built the kernel', () => {
  test.each<[string, Kernel, string]>([
    ['Debian before it', debian('6.1.170-3'), 'open'],
    ['Debian with it', debian('6.1.177-1'), 'closed'],
    ['Debian 11 with it', debian('6.1.177-1~deb11u1'), 'closed'],
    [
      'Ubuntu, whose builds may have it',
      { release: '6.8.0-45-generic', signature: 'Ubuntu 6.8.0-45.45-generic 6.8.12' },
      'unclear',
    ],
    ['Proxmox', { release: '6.8.12-4-pve' }, 'unclear'],
    ['RHEL', { release: '5.14.0-503.11.1.el9_5.x86_64', system: 'rhel' }, 'unclear'],
    ['AlmaLinux before it', { release: '5.14.0-687.10.1.el9_8.x86_64', system: 'almalinux' }, 'open'],
    ['AlmaLinux with it', { release: '5.14.0-687.20.3.el9_8.x86_64', system: 'almalinux' }, 'closed'],
    ['AlmaLinux of another line', { release: '5.14.0-570.1.1.el9_6.x86_64', system: 'almalinux' }, 'unclear'],
    ['WSL 2 before it', { release: '6.6.87.2-microsoft-standard-WSL2' }, 'unclear'],
    ['somebody before it', { release: '6.18.20-mine' }, 'unclear'],
    ['somebody with it', { release: '6.18.44-mine' }, 'closed'],
    ['Amazon before it', { release: '6.1.112-122.189.amzn2023.x86_64' }, 'open'],
    ['a made-up one', { release: 'hyperkernel' }, 'unclear'],
  ])('%s', async (_name, kernel, standing) => {
    const found = await judged('CVE-2026-53359', kernel);
    expect(found.standing).toBe(standing);
    expect(found.why).not.toBe('');
  });
});

test('the reason is in words', async () => {
  expect((await judged('CVE-2026-53359', debian('6.1.170-3'))).why).toBe(
    '6.1.170-3 is before 6.1.177-1, which has the fix',
  );
  expect((await judged('CVE-2026-53359', { release: '6.12.94' })).why).toBe(
    '6.12.94 is before 6.12.95, which has the fix',
  );
  expect((await judged('CVE-2026-53359', { release: '6.8.12-4-pve' })).why).toBe(
    '6.8 never got the fix, which came with 7.2-rc1; Proxmox adds fixes to the release that its version names',
  );
});

test('other architectures, makers of CPUs and programs are not concerned', async () => {
  const old = { release: '6.12.1' };
  expect((await judged('CVE-2026-46316', old)).standing).toBe('elsewhere');
  expect((await judged('CVE-2026-46316', old, { architecture: 'aarch64' })).standing).toBe('open');
  expect((await judged('CVE-2026-64562', old)).standing).toBe('elsewhere');
  expect((await judged('CVE-2026-64562', old, { vendor: 'intel' })).standing).toBe('open');
  expect((await judged('CVE-2026-64562', old, { vendor: undefined })).standing).toBe('open');
  expect((await judged('cloud-hypervisor-nested-state', old)).standing).toBe('elsewhere');
  const programs = ['/usr/bin/cloud-hypervisor'];
  expect((await judged('cloud-hypervisor-nested-state', old, { programs })).standing).toBe('unclear');
});

test('what the kernel says of itself goes before its version', async () => {
  const old = { release: '6.12.1' };
  expect((await judged('CVE-2025-40300', old)).standing).toBe('open');
  const says = (word: string) => ({ vulnerabilities: [`vmscape=${word}`] });
  expect((await judged('CVE-2025-40300', old, says('not-affected'))).standing).toBe('closed');
  expect((await judged('CVE-2025-40300', { release: '6.18.1' }, says('Vulnerable'))).standing).toBe('open');
});

test('what came and went is open only in between, and signs show by themselves', async () => {
  const releases = ['4.19.77', '4.19.78', '4.19.79', '6.1.1'];
  const found = await Promise.all(releases.map((release) => judged('nested-hang-4.19.78', { release })));
  expect(found.map(({ standing }) => standing)).toEqual(['closed', 'open', 'closed', 'closed']);
  const signs = ['tsc-unstable'] as const;
  expect((await judged('tsc-unstable-nested', { release: 'x' }, { signs })).standing).toBe('open');
  expect((await judged('tsc-unstable-nested', { release: '6.1.1' })).standing).toBe('closed');
  expect((await judged('wsl2-under-kvm', { release: '6.18.33' })).standing).toBe('elsewhere');
  const wsl = (build: string) => ({ release: `${build}-microsoft-standard-WSL2` });
  expect((await judged('wsl2-under-kvm', wsl('6.18.33.1'))).standing).toBe('open');
  expect((await judged('wsl2-under-kvm', wsl('6.18.33.2'))).standing).toBe('closed');
});

test('an issue is reached by nesting, by shadow paging, or by no more than a guest', async () => {
  const list = await builtInIssues();
  const reached = (reach: Partial<Reach>, id: string) =>
    judgeIssues(list, machine({ release: '6.12.1' }, { reach: { ...NESTS, ...reach } })).find(
      (each) => each.issue.id === id,
    )?.isReached;
  expect(reached({}, 'CVE-2026-53359')).toBe(true);
  expect(reached({ nests: false }, 'CVE-2026-53359')).toBe(false);
  expect(reached({ nests: false, shadowPaging: true }, 'CVE-2026-53359')).toBe(true);
  expect(reached({ nests: false, shadowPaging: true }, 'CVE-2026-46032')).toBe(false);
  expect(reached({ nests: false }, 'CVE-2025-40300')).toBe(true);
  expect(reached({ hosts: false }, 'CVE-2025-40300')).toBe(false);
  expect(reached({}, 'cpuid-leaf-d')).toBe(false);
  expect(reached({ isGuest: true }, 'cpuid-leaf-d')).toBe(true);
  expect(reached({ nests: undefined }, 'CVE-2026-53359')).toBeUndefined();
});

test('a command that tells is named, by distribution', async () => {
  const januscape = await issue('CVE-2026-53359');
  const of = (distribution: string) => howToTell(januscape, { distribution });
  expect(of('rhel')).toBe(
    'rpm -q --changelog kernel | grep "CVE-2026-53359", or https://access.redhat.com/security/cve/CVE-2026-53359',
  );
  expect(of('debian')).toContain('https://security-tracker.debian.org/tracker/CVE-2026-53359');
  expect(of('ubuntu')).toContain('https://ubuntu.com/security/CVE-2026-53359');
  expect(of('somebody')).toMatch(/^ask the builder of this kernel/);
  expect(howToTell(await issue('cpuid-leaf-d'), { distribution: 'rocky' })).toBe(
    'rpm -q --changelog kernel | grep "Cache CPUID.0xD XSTATE offsets"',
  );
  expect(howToTell(await issue('qemu-nested-state'), { distribution: 'debian' })).toBe(
    'qemu-system-x86_64 --version',
  );
});

test('the version to take is that of the series, or of the distribution', async () => {
  const januscape = await issue('CVE-2026-53359');
  const fixed = (kernel: Kernel) => whereFixed(januscape, machine(kernel).kernel);
  expect(fixed({ release: '6.12.94' })).toBe('6.12.95');
  expect(fixed(debian('6.1.170-3'))).toBe('6.1.177-1');
  expect(fixed({ release: '6.14.1' })).toBe('7.2-rc1');
});

test('a list of thousands does not fill a message', async () => {
  const row = { ...(await issue('CVE-2026-53359')) };
  const issues = Array.from({ length: 5000 }, (_, at) => ({ ...row, id: `issue-${at}` }));
  const words = wordsOf(judgeIssues({ issues }, machine({ release: '6.12.1' })), isOpen);
  expect(words).toHaveLength(101);
  expect(words.at(-1)).toBe('and-4900-more');
});

test('of several versions the latest is named', () => {
  expect(latestOf(['7.2-rc5', '7.2', '7.2-rc10'])).toBe('7.2');
  expect(latestOf(['6.1.187-1', '6.1.192-1', '6.1.177-1'])).toBe('6.1.192-1');
  expect(latestOf([])).toBeUndefined();
});

test('versions of packages are compared as dpkg and rpm do', () => {
  const order = [
    '5.14.0-687.20.3.el9_8',
    '5.14.0-687.20.10.el9_8',
    '6.1.177-1~deb11u1',
    '6.1.177-1',
    '6.1.177-1a',
    '6.1.177-2',
  ];
  for (const [at, build] of order.entries()) {
    const next = order[at + 1];
    expect(compareBuilds(build, build)).toBe(0);
    if (next === undefined) continue;
    expect(compareBuilds(build, next), build).toBeLessThan(0);
    expect(compareBuilds(next, build), build).toBeGreaterThan(0);
  }
});
