import { parseSyslogTimes } from './syslog-times.ts';

/** The Debian installer's system log, which it copies into the installed machine. */
export const DEBIAN_INSTALLER_LOG = '/var/log/installer/syslog';

export const parseDebianInstaller = parseSyslogTimes;
