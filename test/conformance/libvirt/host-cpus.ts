import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '@nestwatch/agent/capability/assess';
import { parseCpuTicks } from '@nestwatch/agent/host/cpu-ticks';
import { known, valueIn } from '@nestwatch/agent/host/host';
import type { Answer } from '../comparison.ts';
import { smallMachine } from '../small-machine.ts';

export const HOST_CPUS = 'tests/virhostcpudata';

/** /proc/stat and CPUs of hosts that libvirt's tests have recorded, beside what libvirt says of them. */
export async function compareHostCpus(source: string): Promise<Answer[]> {
  const folder = join(source, HOST_CPUS);
  const names = readdirSync(folder).sort();
  const answers: Answer[] = [];
  for (const file of names) {
    const [, name] = /^linux-cpustat-(\w+)\.stat$/.exec(file) ?? [];
    if (name !== undefined) answers.push(...compareTimes(folder, name));
    const [, machine] = /^linux-x86_64-([\w-]+)\.cpuinfo$/.exec(file) ?? [];
    if (machine !== undefined) answers.push(...(await compareMachine(folder, machine)));
  }
  return answers;
}

function compareTimes(folder: string, name: string): Answer[] {
  const read = (ending: string) => readFileSync(join(folder, `linux-cpustat-${name}.${ending}`), 'utf8');
  const ticks = parseCpuTicks(read('stat'))?.counters ?? {};
  return timesIn(read('out')).map(({ cpu, time, ticks: theirs }) => {
    const prefix = cpu === 'cpu' ? '' : `${cpu}.`;
    const parts = SUMS[time]?.map((state) => ticks[`${prefix}${state}`] ?? Number.NaN) ?? [];
    const ours = parts.reduce((sum, each) => sum + each, 0);
    return { case: `${name} ${cpu} ${time}`, field: 'CPU time', theirs, ours: String(ours) };
  });
}

/** libvirt's times, as sums of the kernel's. */
const SUMS: Readonly<Record<string, readonly string[]>> = {
  kernel: ['system', 'irq', 'softirq'],
  user: ['user', 'nice'],
  idle: ['idle'],
  iowait: ['iowait'],
};

/** Blocks such as "cpu0:", each with lines such as "kernel: 4711". */
export function timesIn(text: string): { cpu: string; time: string; ticks: string }[] {
  return [...text.matchAll(/^(cpu\d*):\n((?:\w+: \d+\n?)+)/gm)].flatMap(([, cpu = '', block = '']) =>
    [...block.matchAll(/^(\w+): (\d+)$/gm)].map(([, time = '', ticks = '']) => ({ cpu, time, ticks })),
  );
}

async function compareMachine(folder: string, name: string): Promise<Answer[]> {
  const read = (ending: string) => readFileSync(join(folder, `linux-x86_64-${name}.${ending}`), 'utf8');
  const files = { '/proc/cpuinfo': read('cpuinfo'), ...filesBelow(join(folder, `linux-${name}`)) };
  const { facts } = await assess({ host: smallMachine(files), architecture: 'x86_64', guests: known([]) });
  const online = /^CPUs: (\d+)\//.exec(read('expected'))?.[1] ?? '';
  const [, vendor = '', model = ''] = /^(\w+), (.*), family:/.exec(read('signature')) ?? [];
  const pairs: [field: string, theirs: string, ours: string | number | undefined][] = [
    ['CPUs online', online, valueIn(facts.cpus.online)],
    ['CPU vendor', vendor, valueIn(facts.cpu.vendor)],
    ['CPU model of a host', model, valueIn(facts.cpu.model)],
  ];
  return pairs.map(([field, theirs, ours]) => ({
    case: name,
    field,
    theirs,
    ours: String(ours ?? 'nothing'),
  }));
}

/** The recorded part of /sys/devices/system, by path. */
function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [join('/sys/devices/system', path.slice(folder.length)), readFileSync(path, 'utf8')];
    }),
  );
}
