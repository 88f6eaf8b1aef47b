import type { CommandTable } from './command-table.ts';

interface PageOptions {
  readonly version: string;
  /** Seconds since 1970: the date at the foot of the page. */
  readonly epoch: number;
}

/** The manual page of a program, in section 1, as roff. */
export function manPage(table: CommandTable, { version, epoch }: PageOptions): string {
  const { name, meaning, commands, options, settings, defaultFile } = table;
  const date = new Date(epoch * 1000).toISOString().slice(0, 10);
  const lines = [
    `.TH ${name.toUpperCase().replaceAll('-', '\\-')} 1 ${date} "nestwatch ${version}" "nestwatch"`,
    '.SH NAME',
    `${roff(name)} \\- ${roff(meaning)}`,
    '.SH SYNOPSIS',
    ...[`.B ${roff(name)}`, '.I command', roff('[options]')],
    '.SH COMMANDS',
    ...commands.flatMap((command) => [
      ...['.TP', `.B ${roff(`${command.name} ${command.usage}`.trim())}`, text(command.meaning)],
      ...command.options.flatMap((option) => ['.RS', ...entry(option), '.RE']),
    ]),
    '.SH OPTIONS',
    ...options.flatMap(entry),
    '.SH SETTINGS',
    text(
      'A flag overrides the environment, which overrides the file. The setting "nats.url", say, is --nats-url as a flag, NESTWATCH_NATS_URL in the environment, and "url" below "nats" in the file.',
    ),
    ...settings.flatMap(entry),
    '.SH EXIT STATUS',
    text('0: success. 1: failure. 2: the command line or the settings are wrong.'),
    '.SH FILES',
    ...['.TP', `.I ${roff(defaultFile)}`, text('settings, where none are named')],
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function entry({ flag, isSwitch, meaning }: CommandTable['options'][number]): string[] {
  return ['.TP', `.BR ${roff(flag)}${isSwitch ? '' : ' " VALUE"'}`, text(meaning === '' ? flag : meaning)];
}

/** A line that is not a request, whatever it begins with. */
const text = (words: string) => roff(words).replace(/^([.'])/, '\\&$1');

function roff(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '\\|.\\|.\\|.');
}
