import { type Found, type Host, known, parseFound } from './host.ts';

/** Lines of /proc/meminfo (proc(5)) by name: sizes in bytes, counts such as HugePages_Total as they are. */
export type Meminfo = ReadonlyMap<string, number>;

const MEMINFO = '/proc/meminfo';

export async function readMeminfo(host: Host): Promise<Found<Meminfo>> {
  const text = await host.read(MEMINFO);
  return text.state === 'known' ? known(parseMeminfo(text.value)) : text;
}

/** One line's value; `unknown` where this kernel does not have the line. */
export function meminfoLine(meminfo: Found<Meminfo>, name: string): Found<number> {
  return parseFound(meminfo, (lines) => lines.get(name), `${MEMINFO} has no line "${name}"`);
}

/** Any text gives a result; what is not understood is not in it. */
export function parseMeminfo(text: string): Meminfo {
  const lines = new Map<string, number>();
  for (const [, name = '', value, kilo] of text.matchAll(/^([\w()]+):[ \t]+(\d{1,15})( kB)?[ \t]*$/gm)) {
    lines.set(name, Number(value) * (kilo === undefined ? 1 : 1024));
  }
  return lines;
}
