import { UsageError } from '@nestwatch/common/errors';
import { readAuthority } from '../authority.ts';
import { type Kind, readEntry, textKind } from '../entry.ts';
import { loginHeader } from '../sinks/post.ts';
import { findSecret, type Secret, secretKeys } from './secret.ts';
import type { Key } from './target.ts';

export type TargetEntry = ReturnType<typeof readTargetEntry>;

const ADDRESS = /^https?:\/\/\S+$/;

/**
 * Reads one target of the setting `notify`, key by key.
 * @throws UsageError for a key that its kind does not know
 */
export function readTargetEntry(
  given: Readonly<Record<string, unknown>>,
  common: readonly string[],
  keys: Readonly<Record<string, Key>>,
  env: NodeJS.ProcessEnv,
) {
  const own = Object.entries(keys).flatMap(([key, { secret }]) => (secret ? secretKeys(key) : [key]));
  const { required, optional } = readEntry(given, [...common, ...own]);
  const checks: (() => unknown)[] = [];

  function optionalSecret(key: string): Secret | undefined {
    const found = findSecret(given, key, env);
    if (found !== undefined) checks.push(found.read);
    return found;
  }

  function secret(key: string): Secret {
    const found = optionalSecret(key);
    if (found === undefined) throw new UsageError(`${key}: give ${secretKeys(key).join(', or ')}`);
    return found;
  }

  return {
    required,
    optional,
    text: (key: string, allowed = 'a text') => required(key, textKind, allowed),
    optionalText: (key: string): string | undefined => optional(key, textKind, 'a text'),
    secret,
    optionalSecret,
    /** An address that is a secret, because its path lets one in. */
    secretAddress(key: string): () => string {
      const { read } = secret(key);
      const address = () => {
        const url = read();
        if (!ADDRESS.test(url))
          throw new UsageError(`${key}: give an address such as https://example.org/hook`);
        return url;
      };
      checks.push(address);
      return address;
    },
    /** An address that is none. */
    address: (key: string): string | undefined =>
      optional(key, addressKind, 'an address such as https://example.org, without a password'),
    /** The certificates that `ca` names; empty for the system's. */
    authority(): () => string {
      const file = optional('ca', textKind, 'a file') ?? '';
      const read = () => readAuthority(file);
      checks.push(read);
      return read;
    },
    /** The header that `token`, or `user` and `password`, make. */
    login(): () => Readonly<Record<string, string>> {
      const [token, password] = [optionalSecret('token'), optionalSecret('password')];
      const user = optional('user', textKind, 'a text') ?? '';
      return () => loginHeader({ token: token?.read() ?? '', user, password: password?.read() ?? '' });
    },
    /** Reads all files and variables that were named. @throws UsageError for one that cannot be used */
    check: () => {
      for (const check of checks) check();
    },
  };
}

const addressKind: Kind<string> = (given) =>
  typeof given === 'string' && ADDRESS.test(given) && !given.includes('@') ? given : undefined;
