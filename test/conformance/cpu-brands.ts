import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { givenModel } from '@nestwatch/agent/capability/facts/cpu';
import { valueIn } from '@nestwatch/agent/host/host';
import type { Answer } from './comparison.ts';
import { attributeAt, elementsAt, parseXml } from './xml.ts';

const FOLDER = 'tests/cputestdata';
/** The leaves of CPUID that hold a CPU's name, sixteen letters each. */
const NAME_LEAVES = [0x80000002, 0x80000003, 0x80000004];
const REGISTERS = ['eax', 'ebx', 'ecx', 'edx'] as const;

/** Names of the hardware whose CPUID libvirt's tests have recorded: none may be taken for a model of QEMU's. */
export function compareWithHardware(source: string): Answer[] {
  const folder = join(source, FOLDER);
  const names = readdirSync(folder)
    .filter((file) => /^x86_64-cpuid-.*\.xml$/.test(file))
    .map((file) => brandIn(readFileSync(join(folder, file), 'utf8')))
    .filter((name) => name !== '');
  return [...new Set(names)].sort().map((name) => ({
    case: name,
    field: 'name of hardware',
    theirs: 'host',
    ours: valueIn(givenModel(name)) ?? 'unknown',
  }));
}

/** The name as /proc/cpuinfo shows it; empty where it is not recorded. */
export function brandIn(cpuid: string): string {
  const leaves = elementsAt(parseXml(cpuid), 'cpuid');
  const bytes = NAME_LEAVES.flatMap((leaf) => {
    const found = leaves.find((each) => Number(attributeAt(each, 'eax_in')) === leaf);
    return REGISTERS.map((register) => Number(found?.attributes.get(register) ?? 0));
  });
  const text = Buffer.alloc(bytes.length * 4);
  for (const [at, value] of bytes.entries()) text.writeUInt32LE(value, at * 4);
  return text.toString('latin1').split('\0')[0]?.trim() ?? '';
}
