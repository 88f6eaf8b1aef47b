import { readFileSync } from 'node:fs';
import { defined } from '../defined.ts';
import { messageOf, UsageError } from '../errors.ts';
import {
  type Config,
  type ConfigFile,
  type ConfigSources,
  type Given,
  refusedAt,
  resolveConfig,
  type Schema,
} from './load.ts';

export interface ConfigPlaces extends Pick<ConfigSources, 'env' | 'flags'> {
  /** Path of a YAML file. Its absence is an error only when `fileRequired`. */
  file: string;
  fileRequired: boolean;
}

/**
 * The settings of a program from all their places. What only some need is loaded where they are there: YAML for a file,
 * and what the checks of single settings take.
 * @throws UsageError naming the key, where it was given, what was given and what is allowed.
 */
export async function readConfig<S extends Schema>(
  schema: S,
  { file: path, fileRequired, env, flags }: ConfigPlaces,
): Promise<Config<S>> {
  const file = await readFile(path, fileRequired);
  const { config, given } = resolveConfig(schema, { ...defined({ file }), env, flags });
  await check(schema, config, given);
  return config;
}

async function check<S extends Schema>(schema: S, config: Config<S>, given: Given): Promise<void> {
  for (const [key, where] of given) {
    try {
      await schema[key]?.check?.(config[key]);
    } catch (error) {
      throw refusedAt(where, error);
    }
  }
}

async function readFile(path: string, required: boolean): Promise<ConfigFile | undefined> {
  const text = readText(path, required);
  if (text === undefined) return undefined;
  const { parse } = await import('yaml');
  try {
    return { path, tree: parse(text) };
  } catch (error) {
    throw new UsageError(`${path} is not valid YAML: ${messageOf(error)}`, { cause: error });
  }
}

function readText(path: string, required: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!required && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`cannot read the configuration file ${path}: ${messageOf(error)}`, { cause: error });
  }
}
