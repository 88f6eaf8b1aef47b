import { refused } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { type InstallCommand, SIZES, type Size } from '../benchmarks/benchmark.ts';
import { durationOf, oneOf, parseMap, text, words } from './config-map.ts';

/** One schedule as the configuration file gives it; what is left out is as in the single settings. */
export interface ScheduleEntry {
  readonly cron: string;
  readonly run?: readonly string[];
  readonly size?: Size;
  readonly timeZone?: string;
  readonly jitterMs?: number;
}

const SCHEDULE_MEMBERS = {
  cron: text,
  run: words(0),
  size: oneOf(SIZES),
  'time-zone': text,
  jitter: durationOf(0),
};

/** Checks `benchmarks.schedules`. @throws UsageError naming the entry and what is wrong with it. */
export function parseSchedules(given: unknown): readonly ScheduleEntry[] {
  if (!Array.isArray(given)) throw refused(given, 'a list of schedules');
  return given.map((entry, at) => {
    try {
      return parseEntry(entry);
    } catch (error) {
      throw new UsageError(`schedule ${at + 1}: ${messageOf(error)}`, { cause: error });
    }
  });
}

function parseEntry(given: unknown): ScheduleEntry {
  const { cron, run, size, 'time-zone': timeZone, jitter: jitterMs } = parseMap(given, SCHEDULE_MEMBERS);
  if (cron === undefined) throw new UsageError('cron must be given');
  return { cron, ...defined({ run, size, timeZone, jitterMs }) };
}

const DEFAULT_LIMIT_MS = 3_600_000;
const INSTALL_MEMBERS = { command: words(1), success: words(1), cleanup: words(1), limit: durationOf(1000) };

/** Checks `benchmarks.install` of the configuration file. @throws UsageError naming what is wrong. */
export function parseInstallCommand(given: unknown): InstallCommand | undefined {
  if (given === undefined || given === null) return undefined;
  const { command, success = [], cleanup = [], limit = DEFAULT_LIMIT_MS } = parseMap(given, INSTALL_MEMBERS);
  if (command === undefined) throw new UsageError('command must be given');
  return { command, success, cleanup, limitMs: limit };
}
