/** A log in which an installer, or an image's first boot, says how long it took. */
export interface InstallerLog {
  readonly installer: 'anaconda' | 'debian-installer' | 'subiquity' | 'osbuild' | 'cloud-init';
  /** Where it may be. */
  readonly paths: readonly string[];
  /** Its duration in seconds; undefined when it does not tell. */
  parse(log: string): number | undefined;
}

/** An installer's log tells more than the first boot's, so cloud-init comes last. */
export const INSTALLER_LOGS: readonly InstallerLog[] = [
  // Fedora, RHEL and their kin.
  { installer: 'anaconda', paths: ['/var/log/anaconda/anaconda.log'], parse: parseAnaconda },
  // Copied into the installed machine.
  { installer: 'debian-installer', paths: ['/var/log/installer/syslog'], parse: parseSyslog },
  // Ubuntu's server installer saves `journalctl -b` of the boot in which it ran.
  { installer: 'subiquity', paths: ['/var/log/installer/installer-journal.txt'], parse: parseSyslog },
  // Where image builders leave it in the image.
  {
    installer: 'osbuild',
    paths: ['/var/log/osbuild.log', '/var/log/osbuild/osbuild.log'],
    parse: parseOsbuild,
  },
  // An image is not installed but configured at its first boot.
  { installer: 'cloud-init', paths: ['/var/log/cloud-init.log'], parse: parseCloudInit },
];

/** Lines such as "04:05:06,123 INF anaconda: …" (also "INFO", and without milliseconds). */
export function parseAnaconda(log: string): number | undefined {
  return elapsedSeconds(timesOfDay(log, /^(\d\d):(\d\d):(\d\d(?:,\d+)?)\s+[A-Z]+\s/gm));
}

/** Lines such as "Jan  1 12:00:01 main-menu[215]: …", with or without a host's name. */
export function parseSyslog(log: string): number | undefined {
  return elapsedSeconds(timesOfDay(log, /^[A-Z][a-z]{2} [ \d]\d (\d\d):(\d\d):(\d\d) /gm));
}

/** Sum of the stages' durations: osbuild's LogMonitor ends each with a line such as "⏱  Duration: 12s". */
export function parseOsbuild(log: string): number | undefined {
  const stages = [...log.matchAll(/^\S*\s*Duration: (\d+(?:\.\d+)?)s\s*$/gm)];
  const seconds = stages.reduce((sum, [, each]) => sum + Number(each), 0);
  return seconds > 0 ? seconds : undefined;
}

/**
 * Seconds from the kernel's start to the end of the first boot's configuration, from the first line such as
 * "… Cloud-init v. 22.4.2 finished at Mon, 01 Jan 2024 12:00:33 +0000. Datasource …. Up 33.19 seconds".
 */
export function parseCloudInit(log: string): number | undefined {
  const match = /Cloud-init v\. \S+ finished at .*?\bUp (\d+(?:\.\d+)?) seconds/.exec(log);
  return match === null ? undefined : Number(match[1]);
}

const DAY_SECONDS = 86_400;
const LEAP_SECONDS = 3600;

/**
 * Time from the first to the last of these times, in seconds. Steps backwards and leaps of more than an hour are not
 * counted: an installer sets the clock on its way, and times of day start anew at midnight.
 */
export function elapsedSeconds(times: readonly number[]): number | undefined {
  const steps = times.slice(1).map((time, at) => {
    const step = time - (times[at] ?? 0);
    return step < -DAY_SECONDS / 2 ? step + DAY_SECONDS : step;
  });
  const counted = steps.filter((step) => step > 0 && step <= LEAP_SECONDS);
  return counted.length === 0 ? undefined : counted.reduce((sum, step) => sum + step);
}

/** Seconds of the day of lines that match hours, minutes and seconds such as "03:21:45,123". */
function timesOfDay(log: string, line: RegExp): number[] {
  return [...log.matchAll(line)].map(
    ([, hours, minutes, seconds = '']) =>
      Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.')),
  );
}
