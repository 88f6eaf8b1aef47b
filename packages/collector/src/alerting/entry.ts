import { parseDuration, refused } from '@nestwatch/common/config/setting';
import { SEVERITIES, type Severity } from '../read/severity.ts';

/** What a value of a configuration file is; undefined when it is of another kind. */
export type Kind<T> = (given: unknown) => T | undefined;

/**
 * Reads one map of a list in the configuration file, key by key.
 * @throws UsageError for a key that is not known, naming all that are
 */
export function readEntry(given: unknown, known: readonly string[], whose = '') {
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(values).find((key) => !known.includes(key));
  if (unknown !== undefined) throw refused(unknown, `${whose}one of ${known.join(', ')}`);

  /** @throws UsageError that names the key, what was given and what is allowed, also when nothing was */
  function required<T>(key: string, kind: Kind<T>, allowed: string, name = key): T {
    const value = kind(values[key]);
    if (value === undefined) throw refused(values[key], `${name}: ${allowed}`);
    return value;
  }

  /** Undefined when nothing was given. @throws as required, for what is given and not allowed */
  function optional<T>(key: string, kind: Kind<T>, allowed: string, name = key): T | undefined {
    return values[key] === undefined ? undefined : required(key, kind, allowed, name);
  }
  return { required, optional };
}

export const textKind: Kind<string> = (given) =>
  typeof given === 'string' && given !== '' ? given : undefined;

export const numberKind: Kind<number> = (given) =>
  typeof given === 'number' && Number.isFinite(given) && given >= 0 ? given : undefined;

export const flagKind: Kind<boolean> = (given) => (typeof given === 'boolean' ? given : undefined);

/** A length of time in ms; a plain 0 is one as well. */
export const timeKind: Kind<number> = (given) => (given === 0 ? 0 : parseDuration(given));

export const severityKind: Kind<Severity> = (given) => SEVERITIES.find((each) => each === given);
