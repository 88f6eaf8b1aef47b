import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

async function check(
  options: Record<string, string | true> = {},
  env: NodeJS.ProcessEnv = {},
  flags: Record<string, string> = {},
) {
  let printed = '';
  let said = '';
  const exitCode = await checkCommand({
    config: loadConfig(agentSchema, { env: {}, flags }),
    words: [],
    options,
    lists: {},
    env,
    signal: new AbortController().signal,
    stdout: { write: (text: string) => (printed += text) } as unknown as NodeJS.WriteStream,
    stderr: { write: (text: string) => (said += text) } as unknown as NodeJS.WriteStream,
  });
  return { exitCode, printed, said };
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

  test('shows known issues, by a list of its own where a file has one', async () => {
    const { printed } = await check();
    expect(printed).toMatch(/(PASS|FAIL|UNKNOWN) +Are the known ways out of a guest closed\?/);
    expect(printed).toMatch(/\nknown issues \(list built in, of \d{4}-\d\d-\d\d; /);
    const file = join(temporaryFolder('check-test'), 'issues.json');
    const row = { id: 'any-kernel', what: 'slow', role: 'guest', architecture: 'any', vendor: 'any' };
    const text = {
      summary: 'It is slow.',
      advice: 'Wait.',
      sources: ['https://example.org/'],
      date: '2026-11-28',
    };
    const issues = [{ ...row, ...text, component: 'linux', only: [['2.6', '200.0']] }];
    writeFileSync(file, JSON.stringify({ date: '2026-11-28', issues }));
    const own = await check({ json: true }, {}, { 'known-issues.file': file });
    expect(own.said).toBe('');
    expect(JSON.parse(own.printed).knownIssues).toMatchObject([{ id: 'any-kernel', what: 'slow' }]);
    writeFileSync(file, '{}');
    const bad = await check({}, {}, { 'known-issues.file': file });
    expect(bad.said).toContain(`cannot use ${file}, using the built-in list: "date" is not a date`);
    expect(bad.printed).toContain('list built in');
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
