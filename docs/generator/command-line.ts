import type { CommandTable } from '../../deploy/packages/documents/command-table.ts';
import { TABLES } from '../../deploy/packages/documents/tables.ts';
import { code, markdownTable } from './markdown.ts';

const INTRO = `<!-- Made by "npm run docs" from the programs' tables of commands. -->
# Command line

The programs take their commands from the same tables as their \`--help\`, their manual pages and their shell completion. Exit codes of all:
0 done, 1 failed, 2 something in the command line or in the settings must be changed. Each setting of a program is a flag as well
([settings](settings.md)).
`;

/** docs/reference/command-line.md: every command of every program, with its options. */
export function commandLineDocument(): string {
  const common = TABLES.nestwatch.options;
  return [
    INTRO,
    `## Options of every command\n\n${optionTable(common)}`,
    ...Object.values(TABLES).map(programSection),
  ].join('\n');
}

function programSection({ name, meaning, commands, defaultFile }: CommandTable): string {
  const parts = commands.map((command) => {
    const usage = `${name} ${command.name} ${command.usage}`.trim();
    const options = command.options.length === 0 ? '' : `\n${optionTable(command.options)}`;
    return `### ${name} ${command.name}\n\n${sentence(command.meaning)}\n\n    ${usage}\n${options}`;
  });
  return [`## ${name}\n\n${sentence(meaning)} Settings by default: ${code(defaultFile)}.\n`, ...parts].join(
    '\n',
  );
}

function optionTable(options: CommandTable['options']): string {
  return markdownTable(
    ['option', 'meaning'],
    options.map(({ flag, isSwitch, meaning }) => [code(isSwitch ? flag : `${flag} VALUE`), meaning]),
  );
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
