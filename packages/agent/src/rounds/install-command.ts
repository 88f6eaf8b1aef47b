import { parseDuration, refused } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import type { InstallCommand } from '../benchmarks/benchmark.ts';

const DEFAULT_LIMIT_MS = 3_600_000;

/** Checks `benchmarks.install` of the configuration file. @throws UsageError naming what is wrong. */
export function parseInstallCommand(given: unknown): InstallCommand | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'object' || Array.isArray(given)) throw refused(given, 'a map');
  const { command, success, cleanup, limit, ...rest } = given as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    throw new UsageError(`${unknown} is not known: give command, success, cleanup and limit`);
  }
  const words = (name: string, value: unknown, needed: boolean) => {
    if (value === undefined && !needed) return [];
    if (!Array.isArray(value) || value.length === 0 || value.some((each) => typeof each !== 'string')) {
      throw new UsageError(`${name} must be a list of words, the program first`);
    }
    return value as string[];
  };
  const limitMs = limit === undefined ? DEFAULT_LIMIT_MS : parseDuration(limit);
  if (limitMs === undefined || limitMs < 1000) throw refused(limit, 'a time such as 30m');
  return {
    command: words('command', command, true),
    success: words('success', success, false),
    cleanup: words('cleanup', cleanup, false),
    limitMs,
  };
}
