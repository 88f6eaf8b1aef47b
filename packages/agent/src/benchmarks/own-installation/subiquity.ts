import { parseSyslogTimes } from './syslog-times.ts';

/** The journal of the boot in which Ubuntu's server installer ran: it saves `journalctl -b` into the installed machine. */
export const SUBIQUITY_LOG = '/var/log/installer/installer-journal.txt';

export const parseSubiquity = parseSyslogTimes;
