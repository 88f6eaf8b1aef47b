import { readFileSync } from 'node:fs';
import { refuseReadable } from '@nestwatch/common/config/secure-file';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { MASK } from '@nestwatch/common/redact';

/** A secret of a target: its value is read when it is needed, so that a file can be replaced meanwhile. */
export interface Secret {
  /** @throws UsageError when its file or variable is not there, or when others can read the file */
  read(): string;
  /** What is printed of it: where it is, never what it is. */
  toJSON(): string;
}

/** The ways to give a secret "token": itself, a file that holds it, an environment variable that does. */
export const secretKeys = (key: string): string[] => [key, `${key}-file`, `${key}-env`];

/**
 * Finds a secret among the values of a target; undefined when it is given in no way.
 * @throws UsageError when it is given in two ways, or is no text; the text never says what was given
 */
export function findSecret(
  values: Readonly<Record<string, unknown>>,
  key: string,
  env: NodeJS.ProcessEnv,
): Secret | undefined {
  const ways = secretKeys(key).filter((way) => values[way] !== undefined);
  const [way] = ways;
  if (way === undefined) return undefined;
  if (ways.length > 1) throw new UsageError(`${ways.join(' and ')}: give one of them`);
  const value = values[way];
  if (typeof value !== 'string' || value === '') throw new UsageError(`${way}: give a text`);
  if (way === `${key}-file`) return fromFile(value, way);
  return way === `${key}-env` ? fromEnvironment(value, way, env) : { read: () => value, toJSON: () => MASK };
}

function fromFile(file: string, way: string): Secret {
  return {
    read() {
      try {
        refuseReadable(file);
        return filled(readFileSync(file, 'utf8').trim(), `${way}: ${file}`);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        throw new UsageError(`${way}: cannot read ${file}: ${messageOf(error)}`, { cause: error });
      }
    },
    toJSON: () => `in ${file}`,
  };
}

function fromEnvironment(name: string, way: string, env: NodeJS.ProcessEnv): Secret {
  return {
    read: () => filled((env[name] ?? '').trim(), `${way}: the environment variable ${name}`),
    toJSON: () => `in $${name}`,
  };
}

function filled(text: string, where: string): string {
  if (text === '') throw new UsageError(`${where} is empty`);
  return text;
}
