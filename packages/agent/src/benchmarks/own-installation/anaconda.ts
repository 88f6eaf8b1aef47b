import { elapsedSeconds, secondsOfDay } from './elapsed.ts';

/** Anaconda's own log, on Fedora, RHEL and their kin; each line begins with the time of day. */
export const ANACONDA_LOG = '/var/log/anaconda/anaconda.log';

/** Lines such as "04:05:06,123 INF anaconda: …" (also "INFO", and without milliseconds). */
export function parseAnaconda(log: string): number | undefined {
  const times = [...log.matchAll(/^(\d\d):(\d\d):(\d\d(?:,\d+)?)\s+[A-Z]+\s/gm)];
  return elapsedSeconds(times.map(([, h = '', m = '', s = '']) => secondsOfDay(h, m, s)));
}
