import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootTinyGuest, bootVerdict } from '../../../src/commands/check/boot.ts';
import { exitCodeOf } from '../../../src/commands/check/command.ts';
import { valueIn } from '../../../src/host/host.ts';
import { assessMachine } from '../../support/machine.ts';
import { amdHost } from '../../support/usual-machines.ts';

const qemu = ['/usr/bin/qemu-system-x86_64', '/usr/libexec/qemu-kvm'].find(existsSync);

describe('the tiny guest', () => {
  test.skipIf(qemu === undefined)('runs, here by emulation', async () => {
    const { facts } = await assessMachine({ files: { [`${qemu}`.slice(1)]: '' } });
    expect(valueIn(facts.vmmPrograms.programs)).toEqual([qemu]);
    const result = await bootTinyGuest(facts, 'tcg', new AbortController().signal);
    expect(result).toMatchObject({ state: 'runs', program: qemu });
    expect(bootVerdict(result)).toMatchObject({ level: 'pass' });
  });

  test('that does not run makes the exit code 2, whatever the rest says', async () => {
    const { facts, verdicts } = await assessMachine({
      ...amdHost(),
      files: { ...amdHost().files, 'usr/bin/qemu-kvm': '' },
    });
    // A QEMU that is not there stands for one that does not start.
    const result = await bootTinyGuest(facts, 'kvm', AbortSignal.abort());
    expect(result).toEqual({ state: 'fails', reason: 'stopped', program: '/usr/bin/qemu-kvm' });
    expect(exitCodeOf([bootVerdict(result), ...verdicts])).toBe(2);
  });

  test('is not tried without QEMU or on another architecture', async () => {
    const signal = new AbortController().signal;
    const none = await assessMachine(amdHost());
    expect(await bootTinyGuest(none.facts, 'kvm', signal)).toMatchObject({
      state: 'not-tried',
    });
    const arm = await assessMachine({ architecture: 'aarch64' });
    expect(await bootTinyGuest(arm.facts, 'kvm', signal)).toMatchObject({
      state: 'not-tried',
    });
  });
});
