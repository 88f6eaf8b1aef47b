import { setMaxListeners } from 'node:events';
import { type CommandLine, type OwnOptions, parseCommandLine } from '../config/command-line.ts';
import { type Config, printConfig, readConfig, type Schema } from '../config/load.ts';
import { messageOf, RetryableError, UsageError } from '../errors.ts';
import { escapedLines } from '../harmless.ts';
import { didYouMean } from '../near-names.ts';
import { holdsSecret, redact } from '../redact.ts';
import { VERSION } from '../version.ts';
import { harmlessStream } from './harmless-stream.ts';
import { commandNames, helpText } from './help.ts';

/** Exit codes that all programs share. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

export interface CommandContext<S extends Schema> {
  config: Config<S>;
  /** Words after the command's name. */
  words: readonly string[];
  options: CommandLine['options'];
  /** Options that may be given several times. */
  lists: NonNullable<CommandLine['lists']>;
  env: NodeJS.ProcessEnv;
  /** Aborted by SIGINT, SIGTERM and SIGHUP. */
  signal: AbortSignal;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

export interface Command<S extends Schema> {
  /** One line for --help. */
  meaning: string;
  /** Words after the command's name, for --help. Absent: it takes none. */
  usage?: string;
  /** Own options: true for a switch, false for one that takes a value, "many" for one that takes several. */
  options?: OwnOptions;
  /** What each own option does, by its name. */
  optionMeanings?: Readonly<Record<string, string>>;
  /** True: left out of --help. For modes that the program starts itself in. */
  internal?: boolean;
  /** True: moves the cursor, and sees itself to it that what it shows is harmless. */
  drawsScreen?: boolean;
  /** Loads and runs the command; the exit code is what it resolves to. */
  run(context: CommandContext<S>): Promise<number>;
}

export interface Program<S extends Schema> {
  name: string;
  meaning: string;
  schema: S;
  /** Read when --config and NESTWATCH_CONFIG name no other. */
  defaultFile: string;
  commands: Readonly<Record<string, Command<S>>>;
  /** What runs when no command is named. Absent: --help is shown. */
  defaultCommand?: string;
  /** True: all its commands draw the screen. */
  drawsScreen?: boolean;
}

const COMMON: OwnOptions = { help: true, version: true, config: false, 'print-config': true };

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a program from its command line to its exit code. Prints errors; never throws. */
export async function runProgram<S extends Schema>(
  program: Program<S>,
  argv: readonly string[],
  process: NodeJS.Process,
): Promise<number> {
  const stop = new AbortController();
  // Everything that waits listens to this one signal; Node takes more than ten listeners for a leak.
  setMaxListeners(0, stop.signal);
  const onSignal = (signal: NodeJS.Signals) => stop.abort(new Error(signal));
  for (const signal of STOPPING) process.on(signal, onSignal);
  try {
    return await runCommand(program, argv, process, stop.signal);
  } catch (error) {
    const say = (text: string | undefined) => process.stderr.write(`${escapedLines(redact(text ?? ''))}\n`);
    say(`${program.name}: ${linesOf(error)}`);
    if (error instanceof UsageError) return EXIT.usage;
    if (process.env['NESTWATCH_DEBUG'] && error instanceof Error) say(error.stack);
    return EXIT.failed;
  } finally {
    for (const signal of STOPPING) process.off(signal, onSignal);
  }
}

async function runCommand<S extends Schema>(
  program: Program<S>,
  argv: readonly string[],
  process: NodeJS.Process,
  signal: AbortSignal,
): Promise<number> {
  const { schema } = program;
  const parsed = parseWords(program, argv);
  const { name, command, isNamed, words, line } = parsed;
  const { options, lists = {} } = line;
  if (options['version']) return print(process.stdout, `${program.name} ${VERSION}\n`);
  if (options['help']) return print(process.stdout, helpText(program, name, command, isNamed));
  refuseWords(program, parsed);
  const { env } = process;
  const named = options['config'] ?? env['NESTWATCH_CONFIG'];
  const fileRequired = typeof named === 'string' && named !== '';
  const file = fileRequired ? named : program.defaultFile;
  hideSecrets(program, line.settings, process);
  const config = await readConfig(schema, { file, fileRequired, env, flags: line.settings });
  if (options['print-config']) return print(process.stdout, printConfig(schema, config));
  if (command === undefined) return print(process.stdout, helpText(program));
  return command.run({
    config,
    words,
    options,
    lists,
    env,
    signal,
    // Node makes a stream when it is asked for: who does not ask does not pay.
    get stdout() {
      return program.drawsScreen || command.drawsScreen
        ? process.stdout
        : harmlessStream(process.stdout, env);
    },
    get stderr() {
      return harmlessStream(process.stderr, env);
    },
  });
}

/** Lists and ends of logs in the project's own errors keep their lines; what others throw is one line. */
function linesOf(error: unknown): string {
  const isOwn = error instanceof UsageError || error instanceof RetryableError;
  return isOwn ? error.message : messageOf(error);
}

/** Everybody on this machine reads the command line of a program, until it has another title. */
function hideSecrets<S extends Schema>(
  { name, schema }: Program<S>,
  flags: Readonly<Record<string, string>>,
  process: NodeJS.Process,
): void {
  const isSecret = ([key, value]: [string, string]) =>
    schema[key]?.secret || schema[key]?.secretPath || holdsSecret(value);
  if (Object.entries(flags).some(isSecret)) process.title = name;
}

/** The command, undefined for unknown names, and the words after it. */
function parseWords<S extends Schema>(program: Program<S>, argv: readonly string[]) {
  const given = firstWord(program, argv);
  const name = given ?? program.defaultCommand;
  const command =
    name !== undefined && Object.hasOwn(program.commands, name) ? program.commands[name] : undefined;
  const line = parseCommandLine(argv, program.schema, { ...COMMON, ...command?.options });
  const isNamed = given !== undefined;
  return { name, command, isNamed, words: line.words.slice(isNamed ? 1 : 0), line };
}

function refuseWords<S extends Schema>(
  program: Program<S>,
  { name, command, words }: ReturnType<typeof parseWords<S>>,
): void {
  if (name !== undefined && command === undefined) {
    const known = commandNames(program);
    const near = didYouMean(name, known) || `known: ${known.join(', ')}`;
    throw new UsageError(`unknown command ${name}; ${near}`);
  }
  if (command !== undefined && !command.internal && command.usage === undefined && words.length > 0) {
    throw new UsageError(`"${words.join(' ')}" is not expected: ${name} takes only options`);
  }
}

/** The word that names the command: not the value of an option, whichever command that option belongs to. */
function firstWord<S extends Schema>(program: Program<S>, argv: readonly string[]): string | undefined {
  const every = Object.assign({}, ...Object.values(program.commands).map(({ options }) => options));
  return parseCommandLine(argv, program.schema, { ...COMMON, ...every }).words[0];
}

function print(stream: NodeJS.WriteStream, text: string): number {
  stream.write(text);
  return EXIT.ok;
}
