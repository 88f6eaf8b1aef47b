import { beforeEach } from 'vitest';
import { influxOfRun } from './influx-of-run.ts';

/** Skips the tests of a file, or of a group, unless the run has InfluxDB 1.x. @param why what only 1.x has or does */
export function needsInflux1(why: string): void {
  const { major, version } = influxOfRun();
  if (major !== 1) beforeEach(({ skip }) => skip(`on InfluxDB ${version}: ${why}`));
}
