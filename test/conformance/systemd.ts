import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '@nestwatch/agent/capability/assess';
import { type Host, known, valueIn } from '@nestwatch/agent/host/host';
import type { Answer } from './comparison.ts';
import { smallMachine } from './small-machine.ts';

const SOURCE = 'src/basic/virt.c';

/** The tables with which systemd-detect-virt names hypervisors: CPUID signatures, and words of the firmware. */
export async function compareWithSystemd(source: string): Promise<Answer[]> {
  const text = readFileSync(join(source, SOURCE), 'utf8');
  const answers: Answer[] = [];
  for (const [signature, id] of rowsOf(text, 'vm_table')) {
    const ours = await hypervisorOf(smallMachine(CPU_OF_GUEST, signature));
    answers.push({ case: signature, field: 'CPUID signature', theirs: nameOf(id), ours });
  }
  for (const [word, id] of rowsOf(text, 'dmi_vendor_table')) {
    answers.push({ case: word, field: 'DMI word', theirs: nameOf(id), ours: await byDmi(word, nameOf(id)) });
  }
  return answers;
}

/** Rows such as `{ "KVMKVMKVM", VIRTUALIZATION_KVM },` of one table of the C source. */
export function rowsOf(source: string, table: string): [text: string, id: string][] {
  const start = source.indexOf(`} ${table}[] = {`);
  const body = start < 0 ? '' : source.slice(start, source.indexOf('};', start));
  return [...body.matchAll(/\{\s*"([^"]*)",\s*VIRTUALIZATION_(\w+)\s*\}/g)].map(([, text = '', id = '']) => [
    text,
    id,
  ]);
}

const CPU_OF_GUEST = {
  '/proc/cpuinfo': 'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu tsc hypervisor\n',
};

/** systemd's names that are not ours in lower case. Clouds are named there where we name what they run on. */
const NAMES: Readonly<Record<string, string>> = {
  QEMU: 'tcg',
  ORACLE: 'virtualbox',
  MICROSOFT: 'hyper-v',
  SRE: 'lockheed-martin',
  AMAZON: 'kvm',
  GOOGLE: 'kvm',
};

const nameOf = (id: string) => NAMES[id] ?? id.toLowerCase();

/** What we say of a machine of x86-64 without guests. */
export async function hypervisorOf(host: Host): Promise<string> {
  const { hypervisor } = await assess({ host, architecture: 'x86_64', guests: known([]) });
  return valueIn(hypervisor) ?? 'not named';
}

/** The table does not say in which file a word stands, so any in which we know it will do. */
const PLACES = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor', 'product_version'];

async function byDmi(word: string, wanted: string): Promise<string> {
  const found = new Set<string>();
  for (const place of PLACES) {
    const files = { ...CPU_OF_GUEST, [`/sys/class/dmi/id/${place}`]: `${word}\n` };
    found.add(await hypervisorOf(smallMachine(files)));
  }
  if (found.has(wanted)) return wanted;
  found.delete('not named');
  return [...found].join(' ') || 'not named';
}
