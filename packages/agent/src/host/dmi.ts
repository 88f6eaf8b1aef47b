import { type Found, type Host, parseFound, unknown } from './host.ts';

export const DMI = '/sys/class/dmi/id';

/** What makers of boards leave in their firmware where the maker of the machine should have written something. */
const FILLER =
  /^(?:to be filled by o\.?e\.?m\.?|default string|system (?:manufacturer|product name|name|version)|not (?:specified|applicable|available|defined)|none|n\/?a|unknown|undefined|o\.?e\.?m\.?|invalid|empty|x\.x+|0+|0?123456789|type\dproductconfigid|[-._*]+)$/i;

/** The same, `unknown` where it is a filler such as "Default string", which says nothing of the machine. */
export async function readMeantDmi(host: Host, name: string): Promise<Found<string>> {
  const found = await readDmi(host, name);
  const isFiller = found.state === 'known' && FILLER.test(found.value);
  return isFiller ? unknown(`a placeholder of the firmware: "${found.value}"`) : found;
}

/** One text of the firmware, such as "sys_vendor"; `unknown` where the firmware left it empty. */
export async function readDmi(host: Host, name: string): Promise<Found<string>> {
  return parseFound(await host.read(`${DMI}/${name}`, 4096), (text) => text.trim() || undefined, 'empty');
}
