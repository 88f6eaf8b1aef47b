import { expect, test } from 'vitest';
import { renderCheck } from '../../../src/commands/check/render.ts';
import { assessMachine } from '../../support/machine.ts';
import { intelHost, WITHOUT_VMX } from '../../support/usual-machines.ts';

test('verdicts with the same advice have one note, which names them', async () => {
  const assessment = await assessMachine({ files: { 'proc/cpuinfo': WITHOUT_VMX }, signature: 'KVMKVMKVM' });
  const text = renderCheck(assessment, (_style, text) => text, false);
  expect(text.match(/virsh edit GUEST, <cpu mode='host-passthrough'/g)).toHaveLength(1);
  expect(text).toContain('\n[1] can-host, cpu-virtualization (at its parent): On the parent: ');
  expect(text.match(/\[1\]$/gm)).toHaveLength(2);
});

test('known issues stand below, the open ones in rows and what is out of reach in a line', async () => {
  const machine = (nested: string) => {
    const host = intelHost({ nested });
    return { ...host, files: { ...host.files, 'proc/sys/kernel/osrelease': '6.12.94\n' } };
  };
  const text = async (nested: string) =>
    renderCheck(await assessMachine(machine(nested)), (_style, text) => text, false);
  const open = await text('Y');
  expect(open).toMatch(/\nknown issues \(list built in, of \d{4}-\d\d-\d\d; .*\)\n/);
  expect(open).toMatch(
    /\nFAIL +CVE-2026-53359 \(Januscape\) +lets a guest out +6\.12\.94 is before 6\.12\.95/,
  );
  expect(open).toMatch(/\nWARN +CVE-2026-89932 +guests reach each other /);
  expect(open).toMatch(/\n\d+ others are fixed here, came later, or affect other machines\n/);
  const off = await text('N');
  expect(off).not.toMatch(/\nFAIL +CVE-2026-53359/);
  expect(off).toMatch(
    /\nin this kernel, but out of reach because nesting is off: CVE-2026-53359 \(Januscape\), /,
  );
});
