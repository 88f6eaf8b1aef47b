import { refused } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { SIZES, type Size } from '../benchmarks/benchmark.ts';
import { durationOf, oneOf, parseMap, text, words } from './config-map.ts';

/** One schedule as the configuration file gives it; what is left out is as in the single settings. */
export interface ScheduleEntry {
  readonly cron: string;
  readonly run?: readonly string[];
  readonly size?: Size;
  readonly timeZone?: string;
  readonly jitterMs?: number;
}

const MEMBERS = { cron: text, run: words(0), size: oneOf(SIZES), 'time-zone': text, jitter: durationOf(0) };

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
  const { cron, run, size, 'time-zone': timeZone, jitter: jitterMs } = parseMap(given, MEMBERS);
  if (cron === undefined) throw new UsageError('cron must be given');
  return { cron, ...defined({ run, size, timeZone, jitterMs }) };
}
