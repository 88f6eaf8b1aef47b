import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assessment, assess } from '@nestwatch/agent/capability/assess';
import { cpuFlags, readCpuInfo } from '@nestwatch/agent/host/cpuinfo';
import { createFileHost } from '@nestwatch/agent/host/file-host';
import { known, valueIn } from '@nestwatch/agent/host/host';
import type { Answer } from './comparison.ts';

const EXPECTED = 'tests/expected/lscpu';
/** Machines that lscpu's tests have recorded, unpacked: a folder with proc and sys for each. */
export const MACHINES = 'machines';

/** Recorded machines of util-linux, beside what its lscpu says of them. */
export async function compareWithLscpu(source: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const name of readdirSync(join(source, MACHINES)).sort()) {
    const theirs = parseLscpu(readFileSync(join(source, EXPECTED, `lscpu-${name}`), 'utf8'));
    answers.push(...(await compareMachine(join(source, MACHINES, name), name, theirs)));
  }
  return answers;
}

/** The summary that lscpu begins with: the first value of each line, by its name. */
export function parseLscpu(output: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const [, name = '', value = ''] of output.matchAll(/^([A-Z][^:#]*):[ \t]+(.+)$/gm)) {
    if (!lines.has(name)) lines.set(name, value.trim());
  }
  return lines;
}

type Pair = [field: string, theirs: string | undefined, ours: string | number | undefined];

async function compareMachine(
  root: string,
  name: string,
  theirs: ReadonlyMap<string, string>,
): Promise<Answer[]> {
  const architecture = architectureOf(name);
  const host = createFileHost(root);
  const assessment = await assess({ host, architecture, guests: known([]) });
  const { facts, hypervisor } = assessment;
  const isX86 = architecture === 'x86_64';
  const flags = isX86 ? valueIn(cpuFlags(await readCpuInfo(host))) : undefined;
  const virtualization = theirs.get('Virtualization');
  const pairs: Pair[] = [
    ['CPUs online', String(countOf(theirs.get('On-line CPU(s) list') ?? '')), valueIn(facts.cpus.online)],
    ['vendor', theirs.get('Vendor ID'), valueIn(facts.cpu.vendor)],
    ['model', theirs.get('Model name'), valueIn(facts.cpu.model)?.trim()],
    ['hypervisor', HYPERVISORS[theirs.get('Hypervisor vendor') ?? ''], valueIn(hypervisor)],
  ];
  if (isX86) {
    pairs.push(
      ['flags', sortedWords(theirs.get('Flags') ?? ''), sortedWords([...(flags ?? [])].join(' '))],
      ['virtualization', VIRTUALIZATION[virtualization ?? ''], valueIn(facts.cpu.virtualization)],
    );
  } else {
    pairs.push(['x86 advice', '', adviceForX86(assessment)]);
  }
  return pairs.map(([field, theirs, ours]) => ({
    case: name,
    field,
    theirs: theirs ?? '',
    ours: String(ours ?? ''),
  }));
}

/** Names of the recordings begin with it, but for two of virtual machines. */
function architectureOf(name: string): string {
  const [prefix = ''] = name.split('-');
  return ARCHITECTURES[prefix] ?? 'x86_64';
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  arm: 'aarch64',
  armv7: 'armv7l',
  loongarch: 'loongarch64',
  ppc: 'ppc',
  ppc64: 'ppc64',
  rv64: 'riscv64',
  s390: 's390x',
  sparc64: 'sparc64',
};

const HYPERVISORS: Readonly<Record<string, string>> = {
  KVM: 'kvm',
  Xen: 'xen',
  Microsoft: 'hyper-v',
  VMware: 'vmware',
  Oracle: 'virtualbox',
  IBM: 'ibm',
  pHyp: 'powervm',
};

const VIRTUALIZATION: Readonly<Record<string, string>> = { '': 'none', 'VT-x': 'vmx', 'AMD-V': 'svm' };

/** Rules whose words only make sense on x86, where there is no such machine. */
function adviceForX86({ verdicts }: Assessment): string {
  const names = verdicts
    .filter(({ summary, advice = '' }) => X86_WORDS.test(`${summary} ${advice}`))
    .map(({ rule }) => rule.name);
  return names.join(' ');
}

const X86_WORDS = /\b(vmx|svm|VT-x|AMD-V|kvm[_-]intel|kvm[_-]amd|BIOS|SVM Mode)\b/;

const sortedWords = (text: string) => [...new Set(text.split(/\s+/).filter(Boolean))].sort().join(' ');

function countOf(list: string): number {
  return list.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}
