import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { findTool, INFLUXD } from '@nestwatch/deploy/local/tools';

/** The InfluxDB that the tests of a run start. */
export interface InfluxOfRun {
  readonly binary: string;
  /** Such as "1.6.7". */
  readonly version: string;
  readonly major: number;
}

/** Its path; the installed influxd of 1.x where it is not set. */
const SETTING = 'NESTWATCH_TEST_INFLUXD';
let found: InfluxOfRun | undefined;

/** The InfluxDB that NESTWATCH_TEST_INFLUXD names, 2.x or 3, else the one that is installed. @throws Error when it is none */
export function influxOfRun(): InfluxOfRun {
  found ??= look(process.env[SETTING] || findTool(INFLUXD) || INFLUXD.command);
  return found;
}

function look(binary: string): InfluxOfRun {
  const words = basename(binary).startsWith('influxdb3') ? ['--version'] : ['version'];
  const said = execFileSync(binary, words, { encoding: 'utf8' });
  const version = /(\d+)\.\d+\.\d+/.exec(said);
  if (version === null) throw new Error(`${binary} is no InfluxDB: it says "${said.trim()}"`);
  return { binary, version: version[0], major: Number(version[1]) };
}
