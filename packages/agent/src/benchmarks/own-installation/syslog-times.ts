import { elapsedSeconds, secondsOfDay } from './elapsed.ts';

/** Seconds from the first to the last line such as "Jan  1 12:00:01 main-menu[215]: …", with or without a host's name. */
export function parseSyslogTimes(log: string): number | undefined {
  const times = [...log.matchAll(/^[A-Z][a-z]{2} [ \d]\d (\d\d):(\d\d):(\d\d) /gm)];
  return elapsedSeconds(times.map(([, h = '', m = '', s = '']) => secondsOfDay(h, m, s)));
}
