import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { describe, expect, test } from 'vitest';
import { checkCommand } from '../../../src/commands/check/command.ts';
import { agentSchema } from '../../../src/runtime/config/schema.ts';

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
    lists: {},
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
    const folder = temporaryFolder('check-test');
    await check({ record: join(folder, 'machine.json') });
    const answers = JSON.parse(readFileSync(join(folder, 'machine.json'), 'utf8'));
    expect(answers.read['/proc/cpuinfo'].state).toBe('known');
    expect(answers.open['/dev/kvm'].state).toMatch(/known|absent|denied/);
  });
});
