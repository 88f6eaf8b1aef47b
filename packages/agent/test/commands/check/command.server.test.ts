import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkCommand } from '../../../src/commands/check/command.ts';
import { exitCodeOf } from '../../../src/commands/check/exit-code.ts';
import { compareKvmOk } from '../../../src/commands/check/kvm-ok.ts';
import { compareDetectVirt } from '../../../src/commands/check/systemd-detect-virt.ts';
import { compareHostValidate } from '../../../src/commands/check/virt-host-validate.ts';
import { agentSchema } from '../../../src/runtime/config/schema.ts';
import { assessMachine } from '../../support/machine.ts';
import { amdHost, intelHost, kvmGuest, RYZEN, WITHOUT_VMX } from '../../support/usual-machines.ts';

const recorded = (name: string) => ({
  output: readFileSync(resolve(import.meta.dirname, '../../fixtures/tools', `${name}.txt`), 'utf8'),
});

/** What each tool can say, as the table shows it. */
const WORDS_OF: Readonly<Record<string, RegExp>> = {
  'kvm-ok': /^(can (NOT )?be used|no verdict)/,
  'virt-host-validate': /^(PASS|WARN|FAIL)$/,
  'systemd-detect-virt': /^[a-z][a-z0-9-]+$/,
};

const isInstalled = (program: string) =>
  ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((folder) => existsSync(join(folder, program)));

async function check(options: Record<string, string | true> = {}, env: NodeJS.ProcessEnv = {}) {
  let printed = '';
  const exitCode = await checkCommand({
    config: loadConfig(agentSchema, { env: {}, flags: {} }),
    words: [],
    options,
    env,
    signal: new AbortController().signal,
    stdout: { write: (text: string) => (printed += text) } as unknown as NodeJS.WriteStream,
    stderr: { write: () => true } as unknown as NodeJS.WriteStream,
  });
  return { exitCode, printed };
}

describe('check on this machine', () => {
  test('prints verdicts and advice without colours, and the facts when asked', async () => {
    const { printed, exitCode } = await check({ facts: true });
    expect([0, 1, 2]).toContain(exitCode);
    expect(printed).toMatch(/(PASS|FAIL) +Can this node host guests with KVM\?/);
    expect(printed).toMatch(/kvm_device\.opens +(yes|no)/);
    expect(printed).not.toContain('\u001b');
  });

  test('as JSON says the same as its exit code', async () => {
    const { printed, exitCode } = await check({ json: true });
    const told = JSON.parse(printed);
    expect(told.exitCode).toBe(exitCode);
    expect(told.canHost).toBe(exitCode < 2);
    expect(
      told.facts.every((fact: { state: string }) => /^(known|absent|denied|unknown)$/.test(fact.state)),
    ).toBe(true);
    expect(told.verdicts.every(({ question, source }: Record<string, string>) => question && source)).toBe(
      true,
    );
  });

  test('compared with the tools that are installed, each of which is run and understood', async () => {
    const { printed } = await check({ json: true, compare: true }, process.env);
    const rows: { tool: string; about: string; theirs: string; why: string; agrees?: boolean }[] =
      JSON.parse(printed).comparison;
    const tools = [
      'kvm-ok',
      'virt-host-validate',
      'systemd-detect-virt --vm',
      'systemd-detect-virt --container',
    ];
    expect([...new Set(rows.map(({ tool }) => tool))]).toEqual(tools);
    for (const { tool, about, theirs, why, agrees } of rows) {
      const program = tool.split(' ')[0] ?? '';
      expect.soft(theirs === 'not installed', tool).toBe(!isInstalled(program));
      if (theirs === 'not installed' || about === 'nested') continue;
      expect.soft(theirs, tool).toMatch(WORDS_OF[program] ?? /^$/);
      // Where we differ we say why.
      expect.soft(why === '', `${tool}, ${about}`).toBe(agrees !== false);
    }
  });

  test('records what it read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nestwatch-check-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await check({ record: join(folder, 'machine.json') });
    const answers = JSON.parse(readFileSync(join(folder, 'machine.json'), 'utf8'));
    expect(answers.read['/proc/cpuinfo'].state).toBe('known');
    expect(answers.open['/dev/kvm'].state).toMatch(/known|absent|denied/);
  });
});

test('exit codes: 0 good, 1 warnings, 2 cannot host', async () => {
  expect(exitCodeOf((await assessMachine(amdHost())).verdicts)).toBe(0);
  expect(exitCodeOf((await assessMachine(intelHost({ nested: 'N' }))).verdicts)).toBe(1);
  expect(
    exitCodeOf((await assessMachine(kvmGuest({ files: { 'proc/cpuinfo': WITHOUT_VMX } }))).verdicts),
  ).toBe(2);
});

describe('other tools', () => {
  const software = () =>
    assessMachine({
      kvm: true,
      files: { 'proc/cpuinfo': WITHOUT_VMX, 'sys/module/kvm_pvm/parameters/force': 'N' },
    });
  const unserved = () =>
    assessMachine({ ...amdHost(), kvm: 'ENODEV', files: { ...amdHost().files, 'dev/kvm': '' } });

  test('kvm-ok differs where it never opens the device, and where KVM needs no flag', async () => {
    expect(compareKvmOk(recorded('kvm-ok.node-without-module'), await unserved())[0]).toMatchObject({
      ...{ agrees: false, theirs: 'can be used', ours: 'can not be used' },
      why: expect.stringMatching(/never opens it; opening gives ENODEV/),
    });
    expect(compareKvmOk(recorded('kvm-ok.software-kvm-guest'), await software())[0]).toMatchObject({
      ...{ agrees: false, theirs: 'can NOT be used', ours: 'can be used' },
      why: expect.stringMatching(/served by kvm_pvm/),
    });
    const none = await assessMachine({ files: { 'proc/cpuinfo': WITHOUT_VMX } });
    expect(compareKvmOk(recorded('kvm-ok.software-kvm-guest'), none)[0]).toMatchObject({
      agrees: true,
      why: '',
    });
  });

  test.each([
    ['kvm-ok.not-root', 'no verdict: it wants root'],
    ['kvm-ok.flag-without-node', 'no verdict'],
  ])('%s gives no verdict, so there is nothing to agree with', async (name, theirs) => {
    const [row] = compareKvmOk(recorded(name), await software());
    expect(row).toMatchObject({ theirs, why: '' });
    expect(row).not.toHaveProperty('agrees');
  });

  test('virt-host-validate does not look at nesting, and believes a node without a module', async () => {
    const rows = compareHostValidate(recorded('virt-host-validate.node-without-module'), await unserved());
    expect(rows.map(({ about, theirs, ours, agrees }) => [about, theirs, ours, agrees])).toEqual([
      ['hardware virtualization', 'PASS', 'yes', true],
      ['/dev/kvm', 'PASS', 'no', false],
      ['vhost-net', 'WARN', 'no', true],
      ['tap devices', 'PASS', 'no', false],
      ['IOMMU', 'WARN', 'no', true],
      ['nested', 'does not look', 'on', undefined],
    ]);
  });

  test('virt-host-validate leaves the device out where the CPU shows no flag', async () => {
    const rows = compareHostValidate(recorded('virt-host-validate.software-kvm-guest'), await software());
    expect(rows.map(({ about, theirs, ours }) => [about, theirs, ours])).toEqual([
      ['hardware virtualization', 'FAIL', 'no'],
      ['vhost-net', 'WARN', 'no'],
      ['tap devices', 'PASS', 'no'],
      ['IOMMU', 'WARN', 'no'],
      ['nested', 'does not look', 'unknown'],
    ]);
  });

  test.each([
    ['kvm\n', 'KVMKVMKVM', true],
    ['qemu\n', 'TCGTCGTCGTCG', true],
    ['microsoft\n', 'Microsoft Hv', true],
    ['none\n', undefined, true],
    ['bhyve\n', 'KVMKVMKVM', false],
  ])('systemd-detect-virt says %j, and the CPU %s', async (output, signature, agrees) => {
    const files = { 'proc/cpuinfo': signature === undefined ? RYZEN : WITHOUT_VMX };
    const assessment = await assessMachine({ files, ...(signature !== undefined && { signature }) });
    const [row] = compareDetectVirt('--vm', { output }, assessment);
    expect(row).toMatchObject({ agrees });
    expect(row?.why).toMatch(agrees ? /^$/ : /executes CPUID itself.* which gets KVMKVMKVM/);
  });
});
