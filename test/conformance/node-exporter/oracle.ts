import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '@nestwatch/agent/capability/assess';
import { readDmi } from '@nestwatch/agent/host/dmi';
import { createFileHost } from '@nestwatch/agent/host/file-host';
import { type Host, known, valueIn } from '@nestwatch/agent/host/host';
import type { Answer } from '../comparison.ts';
import { type Metric, parseMetrics } from './metrics.ts';
import { FIELDS } from './ours.ts';
import { unpackTtar } from './ttar.ts';

const FIXTURES = 'collector/fixtures';

/** node_exporter's fixtures of /proc and /sys, beside what its own end-to-end test expects of them. */
export async function compareWithNodeExporter(source: string): Promise<Answer[]> {
  const fixtures = join(source, FIXTURES);
  if (!existsSync(join(fixtures, 'sys'))) {
    unpackTtar(readFileSync(join(fixtures, 'sys.ttar'), 'utf8'), fixtures);
  }
  const metrics = parseMetrics(readFileSync(join(fixtures, 'e2e-output.txt'), 'utf8'));
  return [...numbers(fixtures, metrics), ...(await texts(createFileHost(fixtures), metrics))];
}

function numbers(fixtures: string, metrics: readonly Metric[]): Answer[] {
  const read = (path: string) => readFileSync(join(fixtures, path), 'utf8');
  return FIELDS.flatMap(({ field, names, read: parse }) => {
    const ours = parse(read);
    return metrics
      .filter(({ name }) => names.test(name))
      .map((metric) => ({
        case: nameOf(metric),
        field,
        theirs: rounded(metric.value),
        ours: rounded(ours(metric)),
      }));
  });
}

/** Both are sums of the same whole numbers, divided in another order. */
const rounded = (value: number | undefined): string =>
  value === undefined ? 'nothing' : String(Number(value.toPrecision(12)));

function nameOf({ name, labels }: Metric): string {
  const values = Object.values(labels);
  return values.length === 0 ? name : `${name} ${values.join(' ')}`;
}

/** Facts about the machine that node_exporter shows as labels. */
async function texts(host: Host, metrics: readonly Metric[]): Promise<Answer[]> {
  const { facts } = await assess({ host, architecture: 'x86_64', guests: known([]) });
  const labelsOf = (name: string) => metrics.find((metric) => metric.name === name)?.labels ?? {};
  const all = (name: string) => metrics.filter((metric) => metric.name === name);
  const cpu = labelsOf('node_cpu_info');
  const dmi = labelsOf('node_dmi_info');
  const available = all('node_time_clocksource_available_info').map(({ labels }) => labels['clocksource']);
  const current = labelsOf('node_time_clocksource_current_info')['clocksource'];
  const boot = (metrics.find(({ name }) => name === 'node_boot_time_seconds')?.value ?? 0) * 1e6;
  const product = await readDmi(host, 'product_uuid');
  const pairs: [name: string, theirs: unknown, ours: unknown][] = [
    ['vendor', cpu['vendor'], valueIn(facts.cpu.vendor)],
    ['model', cpu['model_name'], valueIn(facts.cpu.model)],
    ['system vendor', dmi['system_vendor'], valueIn(facts.dmi.vendor)],
    ['product', dmi['product_name'], valueIn(facts.dmi.product)],
    ['bios vendor', dmi['bios_vendor'], valueIn(facts.dmi.bios)],
    ['board vendor', dmi['board_vendor'], valueIn(facts.dmi.board)],
    ['product UUID', dmi['product_uuid'], valueIn(product)],
    ['clocksource', current, valueIn(facts.clocksource.current)],
    [
      'clocksources',
      available.sort().join(' '),
      [...(valueIn(facts.clocksource.available) ?? [])].sort().join(' '),
    ],
    ['system', labelsOf('node_os_info')['pretty_name'], valueIn(facts.system.os)],
    ['boot time', boot, valueIn(facts.system.booted_wall_us)],
  ];
  return pairs.map(([name, theirs, ours]) => ({
    case: name,
    field: 'machine',
    theirs: String(theirs ?? ''),
    ours: String(ours ?? 'nothing'),
  }));
}
