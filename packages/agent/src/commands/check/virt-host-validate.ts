import type { Assessment } from '../../capability/assess.ts';
import { valueIn } from '../../host/host.ts';
import type { Compare } from './comparison.ts';

interface Check {
  /** Part of the line that the tool prints. */
  readonly line: RegExp;
  readonly about: string;
  ours(assessment: Assessment): boolean | undefined;
  readonly why: string;
}

const CHECKS: readonly Check[] = [
  {
    line: /hardware virtualization/i,
    about: 'hardware virtualization',
    ours: ({ facts }) => {
      const found = valueIn(facts.cpu.virtualization);
      return found === undefined ? undefined : found !== 'none';
    },
    why: 'both read the flags; it reads those of the first CPU only',
  },
  {
    line: /\/dev\/kvm (exists|is accessible)/i,
    about: '/dev/kvm',
    ours: ({ facts }) => valueIn(facts.kvmDevice.opens),
    why: 'it checks permission with access(2) and does not open the node, so a node without a module passes',
  },
  {
    line: /\/dev\/vhost-net exists/i,
    about: 'vhost-net',
    ours: ({ facts }) => valueIn(facts.vmmPrograms.vhost_net),
    why: 'both check the device; the module loads when a guest first requires it',
  },
  {
    line: /\/dev\/net\/tun exists/i,
    about: 'tap devices',
    ours: ({ facts }) => valueIn(facts.vmmPrograms.tun),
    why: 'both check the device',
  },
  {
    line: /device assignment IOMMU support|IOMMU is enabled by kernel/i,
    about: 'IOMMU',
    ours: ({ facts }) => valueIn(facts.iommu.units) !== undefined,
    why: 'it reads ACPI tables and the kernel command line; nestwatch reads the active IOMMUs',
  },
];

type Result = 'PASS' | 'WARN' | 'FAIL';
const WORST_FIRST: readonly Result[] = ['FAIL', 'WARN'];

/** virt-host-validate: lines such as "QEMU: Checking if device /dev/kvm exists : PASS". */
export const compareHostValidate: Compare = (output, assessment) => {
  const results = parseHostValidate(output);
  const rows = CHECKS.flatMap(({ line, about, ours: ask, why }) => {
    const lines = results.filter(({ text }) => line.test(text));
    if (lines.length === 0) return [];
    const theirs = WORST_FIRST.find((result) => lines.some((each) => each.result === result)) ?? 'PASS';
    const ours = ask(assessment);
    if (ours === undefined) return [{ about, theirs, ours: 'unknown', why }];
    const agrees = ours === (theirs === 'PASS');
    return [{ about, theirs, ours: ours ? 'yes' : 'no', agrees, why: agrees ? '' : why }];
  });
  const nested = valueIn(assessment.facts.kvmModules.nested);
  const ours = nested === undefined ? 'unknown' : nested ? 'on' : 'off';
  return [...rows, { about: 'nested', theirs: 'not checked', ours, why: '' }];
};

export function parseHostValidate(output: string): { text: string; result: Result }[] {
  return output.split('\n').flatMap((line) => {
    const match = /^\s*QEMU:\s*(.+?)\s*:\s*(PASS|WARN|FAIL)\b/.exec(line.replace(ANSI, ''));
    return match?.[1] === undefined ? [] : [{ text: match[1], result: match[2] as Result }];
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const ANSI = /\u001b\[[0-9;]*m/g;
