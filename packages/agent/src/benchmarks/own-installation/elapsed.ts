/**
 * Time from the first to the last of a log's times, in seconds. Steps backwards and leaps of more than an hour are not
 * counted: an installer sets the clock on its way, and times of day start anew at midnight.
 */
export function elapsedSeconds(times: readonly number[]): number | undefined {
  if (times.length < 2) return undefined;
  let seconds = 0;
  for (let at = 1; at < times.length; at++) {
    let step = (times[at] ?? 0) - (times[at - 1] ?? 0);
    if (step < -DAY_SECONDS / 2) step += DAY_SECONDS;
    if (step > 0 && step <= LEAP_SECONDS) seconds += step;
  }
  return seconds > 0 ? seconds : undefined;
}

const DAY_SECONDS = 86_400;
const LEAP_SECONDS = 3600;

/** "03:21:45,123" or "03:21:45.123" → seconds of the day. */
export function secondsOfDay(hours: string, minutes: string, seconds: string): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
}
