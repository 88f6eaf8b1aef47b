import { expect, test } from 'vitest';
import { renderCheck } from '../../../src/commands/check/render.ts';
import { assessMachine } from '../../support/machine.ts';
import { WITHOUT_VMX } from '../../support/usual-machines.ts';

test('verdicts with the same advice have one note, which names them', async () => {
  const assessment = await assessMachine({ files: { 'proc/cpuinfo': WITHOUT_VMX }, signature: 'KVMKVMKVM' });
  const text = renderCheck(assessment, (_style, text) => text, false);
  expect(text.match(/virsh edit GUEST, <cpu mode='host-passthrough'/g)).toHaveLength(1);
  expect(text).toContain('\n[1] can-host, cpu-virtualization (at its parent): On the parent: ');
  expect(text.match(/\[1\]$/gm)).toHaveLength(2);
});
