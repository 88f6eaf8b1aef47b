import { type Found, type Host, parseFound } from './host.ts';

export const DMI = '/sys/class/dmi/id';

/** One text of the firmware, such as "sys_vendor"; `unknown` where the firmware left it empty. */
export async function readDmi(host: Host, name: string): Promise<Found<string>> {
  return parseFound(await host.read(`${DMI}/${name}`, 4096), (text) => text.trim() || undefined, 'empty');
}
