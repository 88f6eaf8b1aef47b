import { type Found, type Host, readParsed } from './host.ts';

/** Seconds since the kernel started, from /proc/uptime (proc(5)); goes on while the machine is suspended. */
export function readUptime(host: Host): Promise<Found<number>> {
  return readParsed(host, '/proc/uptime', parseUptime);
}

/** The first column; undefined when the text is anything else. */
export function parseUptime(text: string): number | undefined {
  const match = /^(\d+\.\d+)(?: \d+\.\d+)?$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]);
}
