import { flagName, type Schema } from '../config/load.ts';
import type { Command, Program } from './program.ts';

const SETTINGS = 'settings (also as NESTWATCH_… in the environment, and in the file; flags override both):';

/** Names of the commands that people may use. */
export function commandNames<S extends Schema>({ commands }: Pick<Program<S>, 'commands'>): string[] {
  return Object.keys(commands).filter((name) => !commands[name]?.internal);
}

/**
 * What --help prints.
 * @param name the command that runs, which is the default one where none is named
 * @param isNamed whether it was named: who asks about one command does not look for others
 */
export function helpText<S extends Schema>(
  { name: programName, meaning, schema, defaultFile, commands }: Program<S>,
  name?: string,
  command?: Command<S>,
  isNamed = false,
): string {
  const usage = ['usage:', programName, name ?? '<command>', command?.usage, '[options]'];
  const own = Object.entries(command?.options ?? {}).map(([option, kind]) =>
    row(`--${option}${kind === true ? '' : ' VALUE'}`, command?.optionMeanings?.[option] ?? ''),
  );
  const settings = Object.entries(schema).filter(([, { fileOnly }]) => !fileOnly);
  const few = settings.slice(0, 2).map(([key]) => flagName(key));
  const alone = isNamed ? command : undefined;
  const title =
    alone === undefined ? `${programName}: ${meaning}` : `${programName} ${name}: ${alone.meaning}`;
  // Who asks about one command has found it.
  const list = commandNames({ commands }).map((each) => row(each, commands[each]?.meaning ?? ''));
  const lines = [
    ...[title, '', usage.filter(Boolean).join(' ')],
    ...(alone === undefined ? ['', 'commands:', ...list] : []),
    ...(command?.options === undefined ? [] : ['', `options of ${name}:`, ...own]),
    ...['', 'options:'],
    row('--config FILE', `settings as YAML (default ${defaultFile}, or NESTWATCH_CONFIG)`),
    row('--print-config', 'show the effective settings, with secrets masked'),
    row('--help, --version', ''),
    '',
    // Dozens of settings would push a command's own options off the screen.
    ...(alone?.options === undefined
      ? [SETTINGS, ...settings.map(([key, setting]) => row(flagName(key), setting.meaning))]
      : [
          `Every setting is a flag as well, such as ${few.join(' and ')}: "${programName} --help" lists them.`,
        ]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function row(left: string, right: string): string {
  return `  ${left.padEnd(30)} ${right}`.trimEnd();
}
