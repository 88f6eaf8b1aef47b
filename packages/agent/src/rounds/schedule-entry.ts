import { parseDuration, refused } from '@nestwatch/common/config/setting';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { SIZES, type Size } from '../benchmarks/benchmark.ts';

/** One schedule as the configuration file gives it; what is left out is as in the single settings. */
export interface ScheduleEntry {
  readonly cron: string;
  readonly run?: readonly string[];
  readonly size?: Size;
  readonly timeZone?: string;
  readonly jitterMs?: number;
}

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
  if (typeof given !== 'object' || given === null) throw refused(given, 'a map with cron');
  const { cron, run, size, 'time-zone': timeZone, jitter, ...rest } = given as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    throw new UsageError(`${unknown} is not known: give cron, run, size, time-zone or jitter`);
  }
  if (typeof cron !== 'string') throw refused(cron, 'cron as a text');
  if (run !== undefined && (!Array.isArray(run) || run.some((each) => typeof each !== 'string'))) {
    throw refused(run, 'run as a list of names');
  }
  const known = SIZES.find((each) => each === size);
  if (size !== undefined && known === undefined) throw refused(size, `size as one of ${SIZES.join(', ')}`);
  if (timeZone !== undefined && typeof timeZone !== 'string') throw refused(timeZone, 'time-zone as a text');
  const jitterMs = jitter === undefined ? undefined : parseDuration(jitter);
  if (jitter !== undefined && jitterMs === undefined) throw refused(jitter, 'jitter as a time such as 30s');
  return {
    cron,
    ...(run === undefined ? {} : { run: run as string[] }),
    ...(known === undefined ? {} : { size: known }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
  };
}
