import { type Found, type Host, parseFound, readLine } from './host.ts';

const FOLDER = '/sys/devices/system/clocksource/clocksource0';
export const CURRENT_CLOCKSOURCE = `${FOLDER}/current_clocksource`;
export const AVAILABLE_CLOCKSOURCES = `${FOLDER}/available_clocksource`;

/** What the kernel tells the time by, such as "tsc" or "kvm-clock". */
export const readClocksource = (host: Host) => readLine(host, CURRENT_CLOCKSOURCE);

/** The clocksources that the kernel could use. */
export async function readClocksources(host: Host): Promise<Found<string[]>> {
  const text = await host.read(AVAILABLE_CLOCKSOURCES, 4096);
  return parseFound(text, parseNames, `${AVAILABLE_CLOCKSOURCES} is empty`);
}

function parseNames(text: string): string[] | undefined {
  const names = text.split(/\s+/).filter((name) => name !== '');
  return names.length > 0 ? names : undefined;
}
