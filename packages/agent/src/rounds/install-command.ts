import { UsageError } from '@nestwatch/common/errors';
import type { InstallCommand } from '../benchmarks/benchmark.ts';
import { durationOf, parseMap, words } from './config-map.ts';

const DEFAULT_LIMIT_MS = 3_600_000;
const MEMBERS = { command: words(1), success: words(1), cleanup: words(1), limit: durationOf(1000) };

/** Checks `benchmarks.install` of the configuration file. @throws UsageError naming what is wrong. */
export function parseInstallCommand(given: unknown): InstallCommand | undefined {
  if (given === undefined || given === null) return undefined;
  const { command, success = [], cleanup = [], limit = DEFAULT_LIMIT_MS } = parseMap(given, MEMBERS);
  if (command === undefined) throw new UsageError('command must be given');
  return { command, success, cleanup, limitMs: limit };
}
