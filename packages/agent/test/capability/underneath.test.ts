import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { FileTree } from '../support/file-tree.ts';
import { assessMachine, verdictsOf } from '../support/machine.ts';

/** A machine, in short: where it is from, and what is right. */
interface Case {
  readonly source: string;
  /** Name of the hypervisor, "hardware" or "unknown". */
  readonly right: string;
  readonly architecture?: string;
  /** Whether the CPU shows a hypervisor; left out where it has no such flag. */
  readonly flag?: boolean;
  /** DMI: vendor, product, firmware, board. */
  readonly dmi?: readonly string[];
  /** What CPUID says, which only root reads. */
  readonly signature?: string;
  readonly clocks?: string;
  readonly files?: FileTree;
}

const casesOf = (name: string) =>
  JSON.parse(
    readFileSync(resolve(import.meta.dirname, '../fixtures/underneath', name), 'utf8'),
  ) as readonly Case[];

const DMI = ['sys_vendor', 'product_name', 'bios_vendor', 'board_vendor'];
const CLOCKS = 'sys/devices/system/clocksource/clocksource0/available_clocksource';

function filesOf({ flag, dmi = [], clocks, files }: Case): FileTree {
  const flags = `fpu tsc msr lm${flag === true ? ' hypervisor' : ''} nx`;
  const texts = dmi.map((text, at) => [`sys/class/dmi/id/${DMI[at]}`, `${text}\n`]);
  return {
    ...(flag === undefined
      ? {}
      : { 'proc/cpuinfo': `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\n` }),
    ...Object.fromEntries(texts),
    ...(clocks === undefined ? {} : { [CLOCKS]: `${clocks} \n` }),
    ...files,
  };
}

const cases = [...casesOf('pcs.json'), ...casesOf('other-architectures.json')];

test.each(cases.map((each) => [each.source, each] as const))('%s', async (_source, machine) => {
  const assessment = await assessMachine({ ...machine, files: filesOf(machine) });
  const found = assessment.hypervisor;
  const word = found.state === 'absent' ? 'hardware' : found.state;
  expect(found.state === 'known' ? found.value : word).toBe(machine.right);
  expect(/hardware/.test(verdictsOf(assessment)['opaque-root'] ?? '')).toBe(machine.right === 'hardware');
});
