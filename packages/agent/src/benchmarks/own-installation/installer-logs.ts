import { parseCloudInit } from './cloud-init.ts';
import { dateOf, elapsedIn } from './elapsed.ts';

export { parseCloudInit };

/** A log in which an installer, or an image's first boot, says how long it took. */
export interface InstallerLog {
  readonly installer:
    | 'anaconda'
    | 'debian-installer'
    | 'subiquity'
    | 'yast'
    | 'calamares'
    | 'osbuild'
    | 'cloud-init';
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
  // Ubuntu's server installer saves `journalctl -b` of the boot in which it ran, and logs of its own.
  {
    installer: 'subiquity',
    paths: [
      '/var/log/installer/installer-journal.txt',
      '/var/log/installer/subiquity-server-debug.log',
      '/var/log/installer/subiquity-debug.log',
      '/var/log/installer/curtin-install.log',
    ],
    parse: parseSyslog,
  },
  // SUSE's, by hand or by AutoYaST.
  { installer: 'yast', paths: ['/var/log/YaST2/y2log'], parse: parseYast },
  // What desktop distributions take; each copies its log where it likes.
  {
    installer: 'calamares',
    paths: ['/var/log/Calamares.log', '/var/log/calamares-installation.log', '/var/log/installation.log'],
    parse: parseCalamares,
  },
  // Where image builders leave it in the image.
  {
    installer: 'osbuild',
    paths: ['/var/log/osbuild.log', '/var/log/osbuild/osbuild.log'],
    parse: parseOsbuild,
  },
  // An image is not installed but configured at its first boot.
  {
    installer: 'cloud-init',
    paths: ['/var/log/cloud-init.log', '/var/log/cloud-init-output.log'],
    parse: parseCloudInit,
  },
];

/** Lines such as "04:05:06,123 INF anaconda: …" (also "INFO", and without milliseconds), or with the date before. */
export function parseAnaconda(log: string): number | undefined {
  return elapsedIn(log, /^(\d\d):(\d\d):(\d\d(?:[,.]\d+)?)\s+[A-Z]+\b/gm);
}

/**
 * Lines such as "Jan  1 12:00:01 main-menu[215]: …", with or without a host's name, a year and a fraction of the second, or
 * with a date of ISO 8601.
 */
export function parseSyslog(log: string): number | undefined {
  return elapsedIn(log, /^[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?(\d\d):(\d\d):(\d\d(?:\.\d+)?) /gm);
}

/**
 * Lines such as "2024-05-14 10:00:01 <1> install(1234) …". YaST logs what it does later into the same file, so what comes
 * after the installed machine was left alone for half an hour does not count.
 */
export function parseYast(log: string): number | undefined {
  const lines = log.split('\n').filter((line) => dateOf(line) !== undefined);
  const later = lines.findIndex(
    (line, at) => (dateOf(line) ?? 0) - (dateOf(lines[at - 1] ?? line) ?? 0) > 1800,
  );
  return elapsedIn(lines.slice(0, later < 0 ? undefined : later).join('\n'), /$^/g);
}

/** Lines such as "2025-03-06 - 11:55:53 [6]: …", or without the date. */
export function parseCalamares(log: string): number | undefined {
  return elapsedIn(log, /^(\d\d):(\d\d):(\d\d) \[\d+\]: /gm);
}

/** Sum of the stages' durations: osbuild's LogMonitor ends each with a line such as "⏱  Duration: 12s". */
export function parseOsbuild(log: string): number | undefined {
  const stages = [...log.matchAll(/^\S*\s*Duration: (\d+(?:\.\d+)?)s\s*$/gm)];
  const seconds = stages.reduce((sum, [, each]) => sum + Number(each), 0);
  return seconds > 0 ? seconds : undefined;
}
