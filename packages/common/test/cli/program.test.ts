import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type CommandContext, type Program, runProgram } from '../../src/cli/program.ts';
import { text } from '../../src/config/setting.ts';
import { RetryableError, UsageError } from '../../src/errors.ts';

const schema = { lab: text('Name of the lab', { default: 'default' }) } as const;
type Context = CommandContext<typeof schema>;

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** What the command was given, when one ran. */
  given?: { command: string; words: readonly string[]; options: Context['options']; lab: string };
}

/** Runs a program of three commands on a command line, with streams that keep what is printed. */
async function run(argv: string[], changes: Partial<Program<typeof schema>> = {}): Promise<Ran> {
  const ran: Ran = { code: -1, stdout: '', stderr: '' };
  const note =
    (command: string) =>
    async ({ words, options, config }: Context) => {
      ran.given = { command, words, options, lab: config.lab };
      return 0;
    };
  const program: Program<typeof schema> = {
    ...{ name: 'tool', meaning: 'does things', schema, defaultFile: '/nonexistent/tool.yaml' },
    commands: {
      show: { meaning: 'show', usage: '[LAB]', options: { json: true }, run: note('show') },
      report: { meaning: 'report', options: { span: false }, run: note('report') },
      fail: { meaning: 'fail', run: () => Promise.reject(new RetryableError('the server is away')) },
    },
    ...changes,
  };
  const keep = (stream: 'stdout' | 'stderr') => ({
    write(line: string) {
      ran[stream] += line;
    },
  });
  const process = Object.assign(new EventEmitter(), {
    ...{ env: {}, stdout: keep('stdout'), stderr: keep('stderr') },
  });
  ran.code = await runProgram(program, argv, process as unknown as NodeJS.Process);
  expect(process.eventNames()).toEqual([]);
  return ran;
}

describe('the command', () => {
  test('is the first word; what follows are its own', async () => {
    const { code, given } = await run(['show', 'x', '--json', '--lab', 'a']);
    expect(code).toBe(0);
    expect(given).toEqual({ command: 'show', words: ['x'], options: { json: true }, lab: 'a' });
  });

  test('may stand behind options, whose values name no command', async () => {
    expect((await run(['--lab', 'report', 'show'])).given).toMatchObject({ command: 'show', lab: 'report' });
    const { given } = await run(['--span', 'show', 'report']);
    expect(given).toMatchObject({ command: 'report', options: { span: 'show' } });
  });

  test('may be named like an argument', async () => {
    expect((await run(['show', 'report'])).given).toMatchObject({ command: 'show', words: ['report'] });
  });

  test('is the default one where none is named', async () => {
    expect((await run(['--span', '1d'], { defaultCommand: 'report' })).given?.command).toBe('report');
  });

  test('is missing: the help is shown', async () => {
    const { code, stdout } = await run([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tool: does things\n(.*\n)*commands:\n {2}show/);
  });
});

describe('what is refused, with exit code 2', () => {
  test.each([
    ['an unknown command', ['shwo'], {}, /tool: unknown command shwo; did you mean show\?$/m],
    ['a word that every object has', ['toString'], {}, /unknown command toString; known: show, report, fail/],
    ['an unknown command beside a default', ['shwo'], { defaultCommand: 'report' }, /unknown command shwo/],
    ['a word for a command without', ['report', 'x'], {}, /"x" is not expected: report takes only/],
    ['an option of another command', ['report', '--json'], {}, /--json.*see --help/],
    [
      'an unknown option',
      ['show', '--jsno'],
      {},
      /unknown option --jsno; did you mean --json\? \(see --help\)/,
    ],
    ['an option that is like none', ['show', '--colour'], {}, /unknown option --colour \(see --help\)/],
    ['an option of one letter', ['show', '-x'], {}, /unknown option -x \(see --help\)/],
    ['an option without its value', ['report', '--span'], {}, /--span needs a value \(see --help\)/],
    [
      'an option before another',
      ['report', '--span', '--lab', 'a'],
      {},
      /--span needs a value; write --span=VALUE/,
    ],
    ['a value for a switch', ['show', '--json=x'], {}, /--json takes no value \(see --help\)/],
  ])('%s', async (_, argv, changes, message) => {
    const { code, stderr, given } = await run(argv, changes);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(given).toBeUndefined();
  });
});

test('a command that fails ends with 1 and one line, or with the lines of a list or a log', async () => {
  expect(await run(['fail'])).toMatchObject({ code: 1, stderr: 'tool: the server is away\n' });
  const failing = (error: Error) => ({
    commands: { fail: { meaning: 'fail', run: () => Promise.reject(error) } },
  });
  const listed = await run(['fail'], failing(new UsageError('give one of:\n  a\n  b')));
  expect(listed).toMatchObject({ code: 2, stderr: 'tool: give one of:\n  a\n  b\n' });
  const foreign = await run(['fail'], failing(new Error('one\n  two')));
  expect(foreign).toMatchObject({ code: 1, stderr: 'tool: one two\n' });
});

test('--version, --help and --print-config run nothing', async () => {
  expect((await run(['show', '--version'])).stdout).toMatch(/^tool \d+\.\d+\.\d+\S*\n$/);
  const help = await run(['report', '--help']);
  expect(help.stdout).toContain('options of report:\n  --span VALUE');
  expect(help.stdout).toMatch(/^tool report: /);
  expect(help.stdout).not.toContain('commands:');
  expect(help.stdout).not.toContain('Name of the lab');
  expect(help.stdout).toContain('such as --lab: "tool --help" lists them.');
  expect((await run(['fail', '--help'])).stdout).toContain('Name of the lab');
  expect((await run(['--help'], { defaultCommand: 'report' })).stdout).toContain('commands:\n  show');
  const printed = await run(['show', '--lab', 'a', '--print-config']);
  expect(printed.stdout).toBe('lab: "a"\n');
  for (const ran of [help, printed]) expect(ran.given).toBeUndefined();
});
