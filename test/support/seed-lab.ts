import { commonTagsOf } from '@nestwatch/collector/influx/points/common-tags';
import { encodeComputed } from '@nestwatch/collector/influx/points/encode';
import type { Store } from '@nestwatch/collector/influx/store';
import { v1 } from '@nestwatch/proto';
import { catalogue, type Field, type Measurement } from '@nestwatch/proto/catalogue';
import { seeded } from '@nestwatch/testkit/random';
import { measurementOf } from './measurement-of.ts';

const { Outcome } = v1.BenchmarkResult;

export const SEEDED_LAB = 'inception';
const LAYERS = [0, 1, 2, 3] as const;
const names = LAYERS.map((layer) => `guest${layer}`);

/** Figures by layer, from guest0 to guest3, as the emulated cascade measured them. */
const FIGURES: Readonly<Record<string, readonly number[]>> = {
  'nestwatch_cpu_time.steal_ratio': [0, 0.011, 0.028, 0.034],
  'nestwatch_cpu_time.guest_ratio': [0.3, 0.27, 0.2, 0],
  'nestwatch_cpu_time.idle_ratio': [0.62, 0.68, 0.74, 0.91],
  'nestwatch_exit_latency.median_us': [0.07, 12, 44, 236],
  'nestwatch_timer_latency.median_us': [60, 270, 435, 1320],
  'nestwatch_kvm_host.exits_per_second': [4200, 2600, 900, 0],
  'nestwatch_kvm_host.nested_run_per_second': [2100, 800, 0, 0],
  'nestwatch_capability.can_host': [1, 1, 1, 0],
  'nestwatch_capability.nested_enabled': [1, 1, 1, 0],
  'nestwatch_capability.snapshot_safe': [NaN, 0, 0, 1],
  'nestwatch_capability.warnings': [0, 1, 1, 1],
  'nestwatch_capability.failures': [0, 0, 0, 0],
  'nestwatch_capability.cpus': [2, 2, 1, 1],
  'nestwatch_capability.memory_bytes': [3.1e9, 2e9, 1.15e9, 4.2e8],
};

const TEXTS: Readonly<Record<string, string>> = {
  'nestwatch_capability.hypervisor': 'KVM',
  'nestwatch_capability.kernel': '6.1.0-37-cloud-amd64',
  'nestwatch_capability.os': 'Debian GNU/Linux 12 (bookworm)',
  'nestwatch_capability.cpu_vendor': 'AuthenticAMD',
  'nestwatch_capability.cpu_model': 'AMD EPYC Processor',
  'nestwatch_capability.clocksource': 'kvm-clock',
  'nestwatch_capability.architecture': 'x86_64',
};

/** Measurements of which a value at every minute would make no sense. */
const OWN_WAY = [
  'nestwatch_benchmark',
  'nestwatch_verdict',
  'nestwatch_alert',
  'nestwatch_acceptance',
  'nestwatch_forgotten',
];

const ALERT = {
  state: 2,
  severity: 3,
  value: 2.4,
  silenced: 0,
  flapping: 0,
  title: 'critical: slowdown-self cpu.sha256 on guest3',
  text: 'cpu.sha256 on guest3 takes 2.4 times as long as usual, and no other layer became slower.',
  cause: 'steal in guest3 rose from 3 % to 48 %',
};

/** Benchmarks: seconds per unit from guest0 to guest3, and how far the repetitions scatter. */
const BENCHMARKS = [
  {
    benchmark: 'cpu.sha256',
    unit: 'byte',
    values: [1.43e-9, 1.9e-9, 2.1e-9, 2.7e-9],
    scatter: [0.03, 0.04, 0.05, 0.3],
  },
  {
    benchmark: 'cpu.shell-loop',
    variant: 'count',
    unit: 'iteration',
    values: [2.1e-6, 2.7e-6, 2.9e-6, 6.9e-6],
    scatter: [0.04, 0.05, 0.05, 0.2],
  },
  {
    benchmark: 'cpu.shell-loop',
    variant: 'spawn',
    unit: 'spawn',
    values: [8.5e-4, 5.2e-3, 7.9e-3, 2.8e-2],
    scatter: [0.05, 0.1, 0.1, 0.2],
  },
  {
    benchmark: 'disk.read',
    variant: 'cold 256MiB',
    unit: 'byte',
    values: [1.8e-9, 1.2e-9, 1.4e-9, 6.1e-9],
    scatter: [0.05, 0.1, 0.1, 0.2],
  },
  {
    benchmark: 'disk.read',
    variant: 'warm 256MiB',
    unit: 'byte',
    values: [1.6e-10, 1.9e-10, 2.1e-10, 6e-10],
    scatter: [0.05, 0.05, 0.1, 0.2],
  },
  {
    benchmark: 'guest.install',
    variant: '',
    unit: 'run',
    values: [NaN, 221, 370, 1297],
    scatter: [0, 0.03, 0.04, 0.1],
  },
  {
    benchmark: 'guest.canary',
    variant: '',
    unit: 'run',
    values: [0.11, 0.16, 0.41, NaN],
    scatter: [0.05, 0.06, 0.1, 0],
  },
] as const;

/** Adds one point of one layer's node. */
type Add = (
  owner: Measurement,
  own: Record<string, string>,
  fields: Record<string, number | string>,
  atUs: number,
) => void;

/**
 * Writes a made-up lab of four layers that has every measurement and field of the catalogue, through the collector's
 * own line builder: for what only needs values of the right kind, such as queries and pictures.
 */
export async function seedLab(store: Pick<Store, 'write'>, nowUs: number, lab = SEEDED_LAB): Promise<void> {
  const lines: string[] = [];
  const random = seeded(7);
  const [benchmark, verdict, alert] = OWN_WAY.map(measurementOf) as [Measurement, Measurement, Measurement];
  for (const layer of LAYERS) {
    const parent = layer === 0 ? '' : `n${layer - 1}`;
    const tags = commonTagsOf({ lab, node: `n${layer}`, name: names[layer] ?? '', layer, parent });
    const add: Add = (owner, own, fields, atUs) => {
      const text = encodeComputed(owner, owner.of === undefined ? tags : '', own, fields, atUs);
      if (text !== undefined) lines.push(text);
    };
    for (const owner of catalogue.filter(({ name }) => !OWN_WAY.includes(name))) {
      seedMeasurement(owner, layer, nowUs, random, add);
    }
    if (layer === 3) seedAlert(alert, nowUs, add);
    for (let round = 0; round < 12; round++) seedRound(benchmark, layer, round, nowUs, random, add);
    for (const [rule, level, summary, advice] of verdicts(layer))
      add(verdict, { rule }, { level, summary, advice }, nowUs - 60e6);
  }
  await store.write(lines);
}

/** An hour of one measurement, a point each minute. */
function seedMeasurement(
  owner: Measurement,
  layer: number,
  nowUs: number,
  random: () => number,
  add: Add,
): void {
  for (let minute = 60; minute >= 0; minute--) {
    const values = owner.fields.map(
      (field) => [field.name, seededValue(owner, field, layer, 60 - minute, random())] as const,
    );
    const own = Object.fromEntries((owner.tags ?? []).map((tag) => [tag, tag === 'kind' ? 'sample' : tag]));
    add(owner, own, Object.fromEntries(values), nowUs - minute * 60e6);
  }
}

/** An alert that fired twenty minutes ago and goes on. */
function seedAlert(alert: Measurement, nowUs: number, add: Add): void {
  for (let minute = 20; minute >= 0; minute--) {
    const own = { rule: 'slowdown-self', subject: 'cpu.sha256' };
    const fields = { ...ALERT, news: minute === 20 ? 1 : 0, fired_us: nowUs - 1200e6 };
    add(alert, own, fields, nowUs - minute * 60e6);
  }
}

/** One round of all benchmarks on one node. */
function seedRound(
  benchmark: Measurement,
  layer: number,
  round: number,
  nowUs: number,
  random: () => number,
  add: Add,
): void {
  const atUs = nowUs - (round * 300 + layer * 20 + 30) * 1e6;
  const nominal = new Date(nowUs / 1000 - round * 300_000).toISOString();
  const roundOf = (name: string) => `${name}@${nominal}`;
  const others = Object.fromEntries(
    benchmark.fields.map((field) => [field.name, seededValue(benchmark, field, layer, round, 0.5)]),
  );
  for (const { benchmark: name, unit, values, scatter, ...rest } of BENCHMARKS) {
    const value = (values[layer] ?? NaN) * Math.exp((random() + random() - 1) * (scatter[layer] ?? 0));
    const variant = 'variant' in rest ? rest.variant : '';
    const own = { benchmark: name, variant, target: '', target_name: '' };
    const fields = { ...others, seconds_per_unit: value, unit, outcome: Outcome.OK, round: roundOf(name) };
    add(benchmark, own, fields, atUs);
  }
  for (const target of LAYERS) {
    const distance = Math.abs(layer - target);
    const value = 1e-10 * 4 ** distance * (1 + Math.max(layer, target)) * (0.9 + random() / 5);
    const own = {
      benchmark: 'net.http',
      variant: '',
      target: `n${target}`,
      target_name: names[target] ?? '',
    };
    const round = roundOf('net.http');
    const fields = { ...others, seconds_per_unit: value, unit: 'byte', outcome: Outcome.OK, round };
    add(benchmark, own, fields, atUs);
  }
}

function verdicts(layer: number): [string, number, string, string][] {
  const nested =
    layer < 3
      ? 'This machine can host guests with KVM.'
      : 'This machine cannot host guests: /dev/kvm is absent.';
  return [
    ['can-host', layer < 3 ? 1 : 2, nested, ''],
    ['nested-paging', 1, 'Nested paging is on.', ''],
    ...(layer > 0
      ? ([
          [
            'snapshot-safe',
            layer < 3 ? 3 : 1,
            layer < 3
              ? 'Not safe to snapshot: one guest runs in this guest.'
              : 'Safe to snapshot: no guest runs here.',
            layer < 3 ? `Shut down guest${layer + 1} before saving or migrating this machine.` : '',
          ],
        ] as [string, number, string, string][])
      : []),
  ];
}

function seededValue(
  owner: Measurement,
  field: Field,
  layer: number,
  step: number,
  chance: number,
): number | string {
  const key = `${owner.name}.${field.name}`;
  if (field.kind === 'text')
    return TEXTS[key] ?? (owner.name === 'nestwatch_event' ? (EVENTS[step % EVENTS.length] ?? '') : 'text');
  const figure = FIGURES[key]?.[layer];
  const wave = 1 + 0.25 * Math.sin(step / 6 + layer) + 0.3 * (chance - 0.5);
  if (figure !== undefined) return owner.name === 'nestwatch_capability' ? figure : figure * wave;
  if (field.kind === 'flag') return 1;
  if (field.kind === 'total') return 100 + step * 6;
  return field.unit === 'ratio' ? 0.05 * wave * (1 + layer) : 10 ** layer * wave;
}

const EVENTS = [
  'The agent started.',
  'A guest appeared: guest3.',
  'The wall clock was set forward by 4.2 s.',
  'The machine was paused for 31 s.',
];
