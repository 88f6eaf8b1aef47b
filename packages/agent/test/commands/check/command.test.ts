import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/commands/check/command.ts';
import { assessMachine } from '../../support/machine.ts';
import { amdHost, intelHost, kvmGuest, WITHOUT_VMX } from '../../support/usual-machines.ts';

test('exit codes: 0 good, 1 warnings, 2 cannot host', async () => {
  expect(exitCodeOf((await assessMachine(amdHost())).verdicts)).toBe(0);
  expect(exitCodeOf((await assessMachine(intelHost({ nested: 'N' }))).verdicts)).toBe(1);
  expect(
    exitCodeOf((await assessMachine(kvmGuest({ files: { 'proc/cpuinfo': WITHOUT_VMX } }))).verdicts),
  ).toBe(2);
});
