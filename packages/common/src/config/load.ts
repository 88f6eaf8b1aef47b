import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { defined } from '../defined.ts';
import { errnoOf, messageOf, UsageError } from '../errors.ts';
import { didYouMean } from '../near-names.ts';
import { holdsSecret, MASK, originOf, redact } from '../redact.ts';
import { refuseReadable, refuseWritable } from './secure-file.ts';
import { formatDuration, type Setting } from './setting.ts';

export type Schema = Readonly<Record<string, Setting<unknown>>>;
export type Config<S extends Schema> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export interface ConfigSources {
  /** The configuration file: its path, for errors, and what is in it: nested maps, as YAML gives them. */
  file?: { readonly path: string; readonly tree: unknown };
  env: Readonly<Record<string, string | undefined>>;
  /** Values of flags by key, as texts. */
  flags: Readonly<Record<string, string>>;
}

/** Resolves every setting, leaving out the checks that have to load something. @throws as `resolveConfig` */
export function loadConfig<S extends Schema>(schema: S, sources: ConfigSources): Config<S> {
  return resolveConfig(schema, sources).config;
}

/**
 * The settings of a program from all their places. What only some need is loaded where they are there: YAML for a file,
 * and what the checks of single settings take.
 * @param file a YAML file, whose absence is an error only when it is required
 * @throws as `resolveConfig`
 */
export async function readConfig<S extends Schema>(
  schema: S,
  {
    file: path,
    fileRequired,
    ...rest
  }: Omit<ConfigSources, 'file'> & { file: string; fileRequired: boolean },
): Promise<Config<S>> {
  const file = await readYaml(path, fileRequired);
  const { config, given } = resolveConfig(schema, { ...defined({ file }), ...rest });
  await checkGiven(schema, config, given);
  return config;
}

/**
 * What a configuration file holds, as YAML gives it; undefined where there is none and none is required, and for /dev/null.
 * @throws UsageError when it cannot be read, is no YAML, or others may write it
 */
export async function readYaml(path: string, required: boolean): Promise<ConfigSources['file']> {
  // Nothing is in it, whoever may write to it.
  if (path === devNull) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!required && errnoOf(error) === 'ENOENT') return undefined;
    throw new UsageError(`cannot read the configuration file ${path}: ${messageOf(error)}`, { cause: error });
  }
  refuseWritable(path);
  const { parse } = await import('yaml');
  try {
    return { path, tree: parse(text) };
  } catch (error) {
    throw new UsageError(`${path} is not valid YAML: ${yamlError(error)}`, { cause: error });
  }
}

/** Without the line itself, which the parser quotes, and which may hold a password. */
function yamlError(error: unknown): string {
  return messageOf(error).replace(/(at line \d+, column \d+):? .*$/, '$1');
}

/**
 * Resolves every setting: default < file < environment < flag; `given` says by key, in words, where it was given.
 * @throws UsageError naming the key, where it was given, what was given and what is allowed.
 */
function resolveConfig<S extends Schema>(
  schema: S,
  { file, env, flags }: ConfigSources,
): { config: Config<S>; given: Map<string, string> } {
  const fromFile = file === undefined ? new Map<string, unknown>() : flattened(schema, file);
  const values: Record<string, unknown> = {};
  const given = new Map<string, string>();
  for (const [key, setting] of Object.entries(schema)) {
    values[key] = setting.default;
    const take = (value: unknown, where: string) => {
      try {
        values[key] = setting.parse(value);
      } catch (error) {
        // What was given may be the secret after all.
        if (setting.secret || setting.secretPath) throw new UsageError(`${where}: give ${setting.type}`);
        throw refusedAt(where, error);
      }
      given.set(key, where);
    };
    const name = envNames(key, setting).find((each) => (env[each] ?? '') !== '');
    if (fromFile.has(key)) take(fromFile.get(key), `${key} in ${file?.path}`);
    if (name !== undefined) take(env[name], `environment variable ${name}`);
    if (key in flags) take(flags[key], `flag ${flagName(key)}`);
  }
  return { config: values as Config<S>, given };
}

/**
 * Only what a tree gives, by the keys of settings, for settings that hold in a part of what a program does.
 * @throws UsageError naming the key, where it was given, what was given and what is allowed
 */
export async function settingsIn<S extends Schema>(
  schema: S,
  file: NonNullable<ConfigSources['file']>,
): Promise<Partial<Config<S>>> {
  const keys = new Set(flattened(schema, file).keys());
  const { config, given } = resolveConfig(schema, { file, env: {}, flags: {} });
  await checkGiven(schema, config, given);
  return Object.fromEntries(Object.entries(config).filter(([key]) => keys.has(key))) as Partial<Config<S>>;
}

async function checkGiven<S extends Schema>(
  schema: S,
  config: Config<S>,
  given: ReadonlyMap<string, string>,
) {
  for (const [key, where] of given) {
    try {
      await schema[key]?.check?.(config[key]);
    } catch (error) {
      throw refusedAt(where, error);
    }
  }
}

/** The error for a refused value, saying where it was given. */
function refusedAt(where: string, error: unknown): UsageError {
  return new UsageError(redact(`${where}: ${messageOf(error)}`), { cause: error });
}

export function envNames(key: string, setting: Setting<unknown>): string[] {
  if (setting.fileOnly) return [];
  return [`NESTWATCH_${key.replace(/[.-]/g, '_').toUpperCase()}`, ...(setting.env ?? [])];
}

export function flagName(key: string): string {
  return `--${key.replace(/\./g, '-')}`;
}

/** The configuration as YAML-like lines, secrets and passwords of addresses masked. */
export function printConfig<S extends Schema>(schema: S, config: Config<S>): string {
  return Object.entries(schema)
    .map(([key, setting]) => {
      return `${key}: ${shownSafely(setting, config[key])}\n`;
    })
    .join('');
}

function shownSafely(setting: Setting<unknown>, value: unknown): string {
  if (setting.secret && value !== '') return MASK;
  if (setting.secretPath && value !== '') return JSON.stringify(originOf(String(value)));
  return redact(show(setting, value) ?? '');
}

/** How a value of this setting is written in a file. */
export function show(setting: Setting<unknown>, value: unknown): string {
  if (typeof value === 'number' && setting.type.startsWith('time ')) return formatDuration(value);
  return JSON.stringify(value);
}

/** What a file gives, by the keys of settings. */
function flattened(schema: Schema, { path, tree }: NonNullable<ConfigSources['file']>): Map<string, unknown> {
  const found = new Map(entriesOf(schema, path, tree ?? {}, ''));
  const isSecret = ([key, setting]: [string, Setting<unknown>]) =>
    found.has(key) &&
    (setting.secret || setting.holdsSecret?.(found.get(key)) || holdsSecret(String(found.get(key))));
  if (Object.entries(schema).some(isSecret)) refuseReadable(path);
  return found;
}

function entriesOf(schema: Schema, path: string, tree: unknown, prefix: string): [string, unknown][] {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    throw new UsageError(`${path}: ${prefix || 'the file'} must be a map of settings`);
  }
  return Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (key in schema) return [[key, value]];
    const isSection = Object.keys(schema).some((known) => known.startsWith(`${key}.`));
    if (isSection) return entriesOf(schema, path, value, key);
    throw new UsageError(`${path}: unknown setting ${key}${suggestion(schema, key)}`);
  });
}

function suggestion(schema: Schema, key: string): string {
  const meant = didYouMean(key, Object.keys(schema));
  if (meant !== '') return `; ${meant}`;
  const section = key.split('.')[0];
  const near = Object.keys(schema).filter((known) => known.startsWith(`${section}.`) || known.endsWith(key));
  const shown = near.length > 0 ? near : Object.keys(schema);
  return `; known: ${shown.join(', ')}`;
}
