import type { Program } from '@nestwatch/common/cli/program';
import { flagName, type Schema } from '@nestwatch/common/config/load';

interface TableOption {
  /** With its dashes. */
  readonly flag: string;
  /** Whether it is a switch; others take a value. */
  readonly isSwitch: boolean;
  readonly meaning: string;
}

interface TableCommand {
  readonly name: string;
  readonly meaning: string;
  /** Words after its name, for people; empty when it takes none. */
  readonly usage: string;
  readonly options: readonly TableOption[];
}

/** What a program's command line takes, as its own table of commands has it: without what it only starts itself in. */
export interface CommandTable {
  readonly name: string;
  readonly meaning: string;
  readonly defaultFile: string;
  readonly commands: readonly TableCommand[];
  /** Of every command. */
  readonly options: readonly TableOption[];
  /** Settings that a flag sets. */
  readonly settings: readonly TableOption[];
}

export function commandTable<S extends Schema>(program: Program<S>): CommandTable {
  const { name, meaning, defaultFile, commands, schema } = program;
  const visible = Object.entries(commands).filter(([, { internal }]) => internal !== true);
  return {
    ...{ name, meaning, defaultFile },
    commands: visible.map(([each, { meaning, usage = '', options = {}, optionMeanings = {} }]) => ({
      ...{ name: each, meaning, usage },
      options: Object.entries(options).map(([option, kind]) => ({
        flag: `--${option}`,
        isSwitch: kind === true,
        meaning: optionMeanings[option] ?? '',
      })),
    })),
    options: [
      {
        flag: '--config',
        isSwitch: false,
        meaning: `settings as YAML (default ${defaultFile}, or NESTWATCH_CONFIG)`,
      },
      {
        flag: '--print-config',
        isSwitch: true,
        meaning: 'show the effective settings, with secrets masked',
      },
      { flag: '--help', isSwitch: true, meaning: 'show this help' },
      { flag: '--version', isSwitch: true, meaning: 'show the version' },
    ],
    settings: Object.entries(schema)
      .filter(([, { fileOnly }]) => fileOnly !== true)
      .map(([key, setting]) => ({ flag: flagName(key), isSwitch: false, meaning: setting.meaning })),
  };
}
