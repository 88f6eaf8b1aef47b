import { parseArgs } from 'node:util';
import { messageOf, UsageError } from '../errors.ts';
import { didYouMean } from '../near-names.ts';
import { flagName, type Schema } from './load.ts';

export interface CommandLine {
  /** Words that are not flags: the command and its arguments. */
  words: string[];
  /** Values of the schema's settings, by key. */
  settings: Record<string, string>;
  /** The command's own switches and options, by name without dashes. */
  options: Record<string, string | true | undefined>;
  /** Values of its options that may be given several times, in their order. Absent where none was given. */
  lists?: Record<string, readonly string[]>;
}

/** Own options of a command: true for a switch, false for one that takes a value, "many" for one that takes several. */
export type OwnOptions = Readonly<Record<string, boolean | 'many'>>;

/**
 * Splits a command line into words, settings of the schema and own options.
 * @throws UsageError for an unknown flag or a missing value.
 */
export function parseCommandLine(argv: readonly string[], schema: Schema, own: OwnOptions): CommandLine {
  const byFlag = new Map(
    Object.entries(schema)
      .filter(([, setting]) => !setting.fileOnly)
      .map(([key]) => [flagName(key).slice(2), key] as const),
  );
  const options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }> = {};
  for (const name of byFlag.keys()) options[name] = { type: 'string' };
  for (const [name, kind] of Object.entries(own))
    options[name] = { type: kind === true ? 'boolean' : 'string', multiple: kind === 'many' };

  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${refusal(error, Object.keys(options))} (see --help)`, { cause: error });
  }
  const line: CommandLine = { words: parsed.positionals, settings: {}, options: {} };
  for (const [name, value] of Object.entries(parsed.values)) {
    const key = byFlag.get(name);
    if (key !== undefined) line.settings[key] = String(value);
    else if (Array.isArray(value)) line.lists = { ...line.lists, [name]: value.map(String) };
    else line.options[name] = typeof value === 'string' ? value : true;
  }
  return line;
}

/** What parseArgs refused, in the words of the other errors: its own go on about a case that nobody is in. */
function refusal(error: unknown, names: readonly string[]): string {
  const message = messageOf(error);
  const flag = /'(?:-\w, )?(-[^\s']*)/.exec(message)?.[1];
  if (flag === undefined) return message;
  const flags = names.map((name) => `--${name}`);
  if (message.startsWith('Unknown option')) {
    const near = didYouMean(flag, flags);
    return `unknown option ${flag}${near === '' ? '' : `; ${near}`}`;
  }
  if (message.includes('does not take')) return `${flag} takes no value`;
  if (message.includes('ambiguous'))
    return `${flag} needs a value; write ${flag}=VALUE where it begins with a dash`;
  return `${flag} needs a value`;
}
