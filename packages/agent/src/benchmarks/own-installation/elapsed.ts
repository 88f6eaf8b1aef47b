const DAY_SECONDS = 86_400;
const LEAP_SECONDS = 3600;

/**
 * Seconds from the first to the last line of a log that begins with a time; undefined when fewer than two do. With dates
 * and their offset from UTC where lines have such ("2024-05-14T10:00:01.5+02:00 …", "2024-05-14 10:00:01,500 - …",
 * "2024-05-14 - 10:00:01 …"), else by the time of day that `line` finds. An installer sets the clock and the time zone on its
 * way: steps backwards and leaps of more than an hour are not counted.
 */
export function elapsedIn(log: string, line: RegExp): number | undefined {
  return elapsedByDate(log) ?? elapsedSeconds(timesOfDay(log, line));
}

/** ISO 8601, with its surroundings in logs: a bracket, the day's name, a dash between date and time. */
const DATED =
  /^\W?(?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\d)(?:[T ]| - )(\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d(?::?\d\d)?)?(?![\w.])/;

/** Seconds since 1970 of a line that begins with date and time; without an offset as if it were UTC. */
export function dateOf(line: string): number | undefined {
  const [, day, time, fraction = '0', zone = 'Z'] = DATED.exec(line) ?? [];
  if (day === undefined) return undefined;
  const offset = zone.replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`);
  const ms = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(ms) ? undefined : ms / 1000 + Number(`0.${fraction}`);
}

function elapsedByDate(log: string): number | undefined {
  const dates = log.split('\n').flatMap((line) => dateOf(line) ?? []);
  return sumOf(steps(dates));
}

/** Time from the first to the last of these times of day, in seconds; they start again at midnight. */
export function elapsedSeconds(times: readonly number[]): number | undefined {
  return sumOf(steps(times).map((step) => (step < -DAY_SECONDS / 2 ? step + DAY_SECONDS : step)));
}

const steps = (times: readonly number[]) => times.slice(1).map((time, at) => time - (times[at] ?? 0));

function sumOf(all: readonly number[]): number | undefined {
  const counted = all.filter((step) => step > 0 && step <= LEAP_SECONDS);
  return counted.length === 0 ? undefined : counted.reduce((sum, step) => sum + step);
}

/** Seconds of the day of lines that match hours, minutes and seconds such as "03:21:45,123". */
function timesOfDay(log: string, line: RegExp): number[] {
  return [...log.matchAll(line)].map(
    ([, hours, minutes, seconds = '']) =>
      Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.')),
  );
}
