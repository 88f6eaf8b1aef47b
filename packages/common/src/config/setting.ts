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
  /** Masked by --print-config. */
  readonly secret?: boolean;
  /** Further environment variables that set it, such as NATS_URL. */
  readonly env?: readonly string[];
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
  env?: readonly string[];
}

export function text(
  meaning: string,
  options: Common<string> & { pattern?: RegExp; allowed?: string },
): Setting<string> {
  const { pattern, allowed, ...rest } = options;
  return {
    meaning,
    type: allowed ?? 'text',
    ...rest,
    parse(given) {
      if (typeof given !== 'string' || (pattern !== undefined && given !== '' && !pattern.test(given))) {
        throw refused(given, allowed ?? 'text');
      }
      return given;
    },
  };
}

export const integer = numberSetting('whole number', Number.isInteger);

export const decimal = numberSetting('number', Number.isFinite);

export function flag(meaning: string, options: Common<boolean>): Setting<boolean> {
  return {
    meaning,
    type: 'true or false',
    ...options,
    parse(given) {
      if (given === true || given === 'true' || given === '1') return true;
      if (given === false || given === 'false' || given === '0') return false;
      throw refused(given, 'true or false');
    },
  };
}

export function choice<const T extends string>(
  meaning: string,
  options: Common<T> & { choices: readonly T[] },
): Setting<T> {
  const { choices, ...rest } = options;
  const type = `one of ${choices.join(', ')}`;
  return {
    meaning,
    type,
    ...rest,
    parse(given) {
      const found = choices.find((each) => each === given);
      if (found === undefined) throw refused(given, type);
      return found;
    },
  };
}

/** A list of texts; in the environment and in flags, separated by commas. */
export function list(meaning: string, options: Common<readonly string[]>): Setting<readonly string[]> {
  return {
    meaning,
    type: 'list of texts',
    ...options,
    parse(given) {
      const items = typeof given === 'string' ? given.split(',').map((item) => item.trim()) : given;
      if (!Array.isArray(items) || items.some((item) => typeof item !== 'string')) {
        throw refused(given, 'a list of texts');
      }
      return items.filter((item) => item !== '');
    },
  };
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time such as "500ms", "10s", "5m", "2h" or "7d". The value is in ms. */
export function durationMs(
  meaning: string,
  options: Common<number> & { minMs: number; maxMs: number },
): Setting<number> {
  const { minMs, maxMs, ...rest } = options;
  const type = `time such as 500ms, 10s, 5m, 2h or 7d, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
  return {
    meaning,
    type,
    ...rest,
    parse(given) {
      const ms = parseDuration(given);
      if (ms === undefined || ms < minMs || ms > maxMs) throw refused(given, type);
      return ms;
    },
  };
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
  options: { default: T; type: string; parse: (given: unknown) => T },
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
  return (
    meaning: string,
    { min, max, ...rest }: Common<number> & { min: number; max: number },
  ): Setting<number> => {
    const type = `${what}, ${min} to ${max}`;
    const parse = (given: unknown) => {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      if (typeof value !== 'number' || !isValid(value)) throw refused(given, type);
      if (value < min || value > max) throw refused(given, type);
      return value;
    };
    return { meaning, type, ...rest, parse };
  };
}
