import { UsageError } from '../errors.ts';

/**
 * One setting of a program. Its key stands in the YAML file as nested maps (`nats.url` is `url` below `nats`),
 * as an environment variable (`NESTWATCH_NATS_URL`) and as a flag (`--nats-url`).
 */
export interface Setting<T> {
  readonly meaning: string;
  readonly default: T;
  /** Type as the documentation shows it. */
  readonly type: string;
  /** Masked wherever it is printed; a file that holds it must not be readable by all. */
  readonly secret?: boolean;
  /** An address whose path alone lets one in: only who is there is printed. */
  readonly secretPath?: boolean;
  /** Further environment variables that set it, such as NATS_URL. */
  readonly env?: readonly string[];
  /** Whether a value of a file holds a secret: a file that does must not be readable by all. */
  holdsSecret?(given: unknown): boolean;
  /** True when only the file can set it (structures). */
  readonly fileOnly?: boolean;
  /** Turns what the file, the environment (a string) or a flag (a string) gave into the value, or throws. */
  parse(given: unknown): T;
  /** Throws for a value that `parse` lets through, where telling takes code that is loaded for this alone. */
  check?(value: T): Promise<void>;
}

interface Common<T> {
  default: T;
  secret?: boolean;
  secretPath?: boolean;
  env?: readonly string[];
}

/** @param parse gives undefined for what is not allowed */
function setting<T>(
  meaning: string,
  type: string,
  options: Common<T>,
  parse: (given: unknown) => T | undefined,
  allowed = type,
): Setting<T> {
  return { meaning, type, ...options, parse: parser(allowed, parse) };
}

/** Throws `refused` for what `parse` gives no value. */
export function parser<T>(allowed: string, parse: (given: unknown) => T | undefined): (given: unknown) => T {
  return (given) => {
    const value = parse(given);
    if (value === undefined) throw refused(given, allowed);
    return value;
  };
}

export function text(
  meaning: string,
  { pattern, allowed = 'text', ...rest }: Common<string> & { pattern?: RegExp; allowed?: string },
): Setting<string> {
  const fits = (given: string) => pattern === undefined || given === '' || pattern.test(given);
  return setting(meaning, allowed, rest, (given) =>
    typeof given === 'string' && fits(given) ? given : undefined,
  );
}

export const integer = numberSetting('whole number', Number.isInteger);

export const decimal = numberSetting('number', Number.isFinite);

export function flag(meaning: string, options: Common<boolean>): Setting<boolean> {
  return setting(meaning, 'true or false', options, (given) => {
    if (given === true || given === 'true' || given === '1') return true;
    return given === false || given === 'false' || given === '0' ? false : undefined;
  });
}

export function choice<const T extends string>(
  meaning: string,
  { choices, ...rest }: Common<T> & { choices: readonly T[] },
): Setting<T> {
  return setting(meaning, `one of ${choices.join(', ')}`, rest, (given) =>
    choices.find((each) => each === given),
  );
}

/** A list of texts; in the environment and in flags, separated by commas. */
export function list(meaning: string, options: Common<readonly string[]>): Setting<readonly string[]> {
  const parse = (given: unknown) => {
    const items = typeof given === 'string' ? given.split(',').map((item) => item.trim()) : given;
    if (!Array.isArray(items) || items.some((item) => typeof item !== 'string')) return undefined;
    return items.filter((item) => item !== '');
  };
  return setting(meaning, 'list of texts', options, parse, 'a list of texts');
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time such as "500ms", "10s", "5m", "2h" or "7d". The value is in ms. */
export function durationMs(
  meaning: string,
  { minMs, maxMs, ...rest }: Common<number> & { minMs: number; maxMs: number },
): Setting<number> {
  const type = `time such as 500ms, 10s, 5m, 2h or 7d, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
  return setting(meaning, type, rest, (given) => {
    const ms = parseDuration(given);
    return ms !== undefined && ms >= minMs && ms <= maxMs ? ms : undefined;
  });
}

/** "10s" → 10000; undefined when it is not a length of time. */
export function parseDuration(given: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(typeof given === 'string' ? given.trim() : '');
  return match === null ? undefined : Math.round(Number(match[1]) * (MS[match[2] ?? ''] ?? Number.NaN));
}

/** 10000 → "10s": the largest unit that divides it. */
export function formatDuration(ms: number): string {
  const unit = Object.keys(MS)
    .reverse()
    .find((each) => ms % (MS[each] ?? 1) === 0 && ms >= (MS[each] ?? 1));
  return unit === undefined ? `${ms}ms` : `${ms / (MS[unit] ?? 1)}${unit}`;
}

/** A structure that only the file can give; `parse` checks it and throws `refused`. */
export function structure<T>(
  meaning: string,
  options: Pick<Setting<T>, 'default' | 'type' | 'parse' | 'check' | 'holdsSecret'>,
): Setting<T> {
  return { meaning, fileOnly: true, ...options };
}

/** The same setting with no default: its value is undefined unless given. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, default: undefined };
}

/** The error for a value that is not allowed; the loader adds the key and where it was given. */
export function refused(given: unknown, allowed: string): UsageError {
  return new UsageError(`${JSON.stringify(given) ?? String(given)} is not allowed: give ${allowed}`);
}

function numberSetting(what: string, isValid: (value: number) => boolean) {
  return (meaning: string, { min, max, ...rest }: Common<number> & { min: number; max: number }) =>
    setting(meaning, `${what}, ${min} to ${max}`, rest, (given) => {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      return typeof value === 'number' && isValid(value) && value >= min && value <= max ? value : undefined;
    });
}
