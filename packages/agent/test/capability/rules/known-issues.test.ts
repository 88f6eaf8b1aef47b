import { expect, test } from 'vitest';
import type { FileTree } from '../../support/file-tree.ts';
import { adviceOf, assessMachine, factsOf, type Machine, verdictsOf } from '../../support/machine.ts';
import { amdHost, intelHost } from '../../support/usual-machines.ts';

function withKernel(machine: Machine, release: string, files: FileTree = {}): Machine {
  return { ...machine, files: { ...machine.files, 'proc/sys/kernel/osrelease': `${release}\n`, ...files } };
}

test('nesting on a kernel with a known escape fails, with the versions and what to do until then', async () => {
  const assessment = await assessMachine(withKernel(intelHost(), '6.12.94'));
  expect(verdictsOf(assessment)['no-known-escape']).toBe(
    'fail: no: CVE-2026-53359 (Januscape), CVE-2026-64561 (Zapscape), CVE-2026-64562 are open: 6.12.94 is before 6.12.95, which has the fix; a guest can take over this machine',
  );
  const advice = adviceOf(assessment, 'no-known-escape');
  expect(advice).toContain('Install and boot kernel 6.12.101 or later, which has the fixes. Until then, ');
  expect(advice).toContain('options kvm_intel nested=0');
  expect(factsOf(assessment)['known_issues.open']).toContain('CVE-2026-53359=escape CVE-2026-64561=escape');
});

test('an updated kernel passes', async () => {
  const verdicts = verdictsOf(await assessMachine(withKernel(intelHost(), '6.12.120')));
  expect(verdicts['no-known-escape']).toMatch(
    /^pass: yes: this kernel has none of the \d+ known for this machine/,
  );
  expect(verdicts['known-issues']).toMatch(/^(pass: yes|unknown: )/);
});

test('what needs nesting is closed off where nesting is off, and named before it is switched on', async () => {
  const off = withKernel(intelHost({ nested: 'N' }), '6.12.94');
  const assessment = await assessMachine(off);
  expect(verdictsOf(assessment)['no-known-escape']).toMatch(
    /^pass: yes, because nesting is off: this kernel has CVE-2026-53359 \(Januscape\), /,
  );
  expect(adviceOf(assessment, 'can-nest')).toMatch(
    /^node: This kernel has issues that guests that nest can reach: CVE-2026-53359 \(Januscape\), .*\. Update it first, .* Then: echo "options kvm_intel nested=1"/,
  );
  expect(factsOf(assessment)['known_issues.closed_off']).toContain('CVE-2026-53359=escape');
});

test('shadow paging opens it without nesting', async () => {
  const shadow = withKernel(intelHost({ nested: 'N', ept: 'N' }), '6.12.94');
  expect(verdictsOf(await assessMachine(shadow))['no-known-escape']).toMatch(/^fail: no: CVE-2026-53359/);
});

test('a kernel whose version does not show it is unknown, with the command that tells', async () => {
  const files = { 'etc/os-release': 'ID="rocky"\n' };
  const assessment = await assessMachine(withKernel(intelHost(), '5.14.0-503.11.1.el9_5.x86_64', files));
  expect(verdictsOf(assessment)['no-known-escape']).toMatch(
    /^unknown: the version does not show it for CVE-2026-53359 .*: rocky keeps the version 5\.14\.0 and adds fixes to it$/,
  );
  expect(adviceOf(assessment, 'no-known-escape')).toContain(
    'rpm -q --changelog kernel | grep "CVE-2026-53359"',
  );
  expect(
    adviceOf(
      await assessMachine(withKernel(intelHost({ nested: 'N' }), '5.14.0-503.11.1.el9_5.x86_64', files)),
      'can-nest',
    ),
  ).toMatch(
    /Before that, find out whether this kernel has the fixes of CVE-2026-53359 .*: its version does not show it$/,
  );
});

test('other issues warn with what to do', async () => {
  const verdicts = await assessMachine(withKernel(amdHost(), '6.18.20'));
  expect(verdictsOf(verdicts)['known-issues']).toMatch(
    /^warn: no: .*CVE-2026-46071: state.*CVE-2026-45987: wedge/,
  );
  expect(adviceOf(verdicts, 'known-issues')).toMatch(
    /^node: Install and boot kernel 6\.18\.44 or later, which has the fixes\. /,
  );
});

test('a device that all may write is shown, and warned of where that is enough', async () => {
  const mode = async (release: string, bits: number) => {
    const assessment = await assessMachine({ ...withKernel(intelHost(), release), kvmMode: bits });
    return verdictsOf(assessment)['kvm-access'];
  };
  expect(await mode('6.12.120', 0o660)).toBe('pass: yes: mode 0660');
  expect(await mode('6.12.120', 0o666)).toMatch(
    /^info: no: mode 0666, so every user and service can run guests$/,
  );
  expect(await mode('6.12.94', 0o666)).toMatch(
    /^warn: no: mode 0666, so every user can try CVE-2026-53359 \(Januscape\), /,
  );
});

test('nesting that is configured off on an open kernel is a mitigation, and no other is', async () => {
  const mitigated = async (release: string, files: FileTree, nested = 'N') =>
    (await assessMachine(withKernel(intelHost({ nested }), release, files))).nestingMitigated;
  const configured = { 'etc/modprobe.d/safe.conf': 'options kvm_intel nested=0\n' };
  expect(await mitigated('6.12.94', configured)).toBe(true);
  expect(await mitigated('6.12.94', { 'proc/cmdline': 'quiet kvm_intel.nested=0\n' })).toBe(true);
  expect(await mitigated('6.12.120', configured)).toBe(false);
  expect(await mitigated('5.14.0-503.11.1.el9_5.x86_64', configured)).toBe(false);
  expect(await mitigated('6.12.94', {})).toBe(false);
  expect(await mitigated('6.12.94', configured, 'Y')).toBe(false);
});
