import { commonTagsOf } from '@nestwatch/collector/influx/points/common-tags';
import { encodeComputed } from '@nestwatch/collector/influx/points/encode';
import { v1 } from '@nestwatch/proto';
import { seeded } from '@nestwatch/testkit/random';
import { measurementOf } from './measurement-of.ts';

const HOUR_US = 3600e6;
export const DAY_US = 24 * HOUR_US;
/** So long after one round the next begins. */
const PERIOD_US = 6 * HOUR_US;

export const OLD_KERNEL = '6.1.0-37-cloud-amd64';
export const NEW_KERNEL = '6.12.117+deb13-cloud-amd64';

/** One benchmark: seconds for a unit in guest0, and how that grows from layer to layer. */
interface Work {
  readonly benchmark: string;
  readonly unit: string;
  readonly seconds: number;
  readonly perLayer: number;
}

const WORKS: readonly Work[] = [
  { benchmark: 'cpu.sha256', unit: 'byte', seconds: 1.5e-9, perLayer: 1.3 },
  { benchmark: 'exit.cpuid', unit: 'exit', seconds: 1e-6, perLayer: 4 },
  { benchmark: 'mem.touch', unit: 'page', seconds: 2e-7, perLayer: 1.5 },
];

export interface History {
  readonly lab: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** When guest2's kernel became the new one. */
  readonly upgradedUs?: number;
  /** How many times as long something takes, for whom and when. */
  readonly slowdown?: (at: { benchmark: string; layer: number; timeUs: number }) => number;
  /** Settings of a benchmark at a moment; equal ones by default. */
  readonly settings?: (at: { benchmark: string; timeUs: number }) => string;
  /** Rounds that did not take place. */
  readonly isMissing?: (timeUs: number) => boolean;
  /** The run of the agent that sent a message. */
  readonly runOf?: (at: { layer: number; timeUs: number; round: number }) => string;
  readonly seed?: number;
}

/** Lines of a lab of four layers, with a round of its benchmarks every six hours, as the collector writes them. */
export function historyLines(history: History): string[] {
  const { lab, fromUs, toUs, isMissing = () => false } = history;
  const random = seeded(history.seed ?? 21);
  const lines: string[] = [];
  let round = 0;
  for (let timeUs = fromUs; timeUs < toUs; timeUs += PERIOD_US, round += 1) {
    if (isMissing(timeUs)) continue;
    for (const layer of [0, 1, 2, 3]) {
      const tags = tagsOf(lab, layer);
      const add = (name: string, own: Record<string, string>, fields: Fields, atUs: number) =>
        lines.push(encodeComputed(measurementOf(name), tags, own, fields, atUs) ?? '');
      addRound({ history, layer, timeUs, random, add });
      addMessages({ history, layer, timeUs, round, add });
    }
  }
  return lines;
}

type Fields = Record<string, number | string>;
type Add = (name: string, own: Record<string, string>, fields: Fields, atUs: number) => void;

interface Part {
  readonly history: History;
  readonly layer: number;
  readonly timeUs: number;
  readonly add: Add;
}

function addRound({ history, layer, timeUs, random, add }: Part & { random: () => number }): void {
  const { slowdown = () => 1, settings = () => 'a', upgradedUs = Number.POSITIVE_INFINITY } = history;
  const isNew = layer === 2 && timeUs >= upgradedUs;
  const environment = {
    kernel: isNew ? NEW_KERNEL : OLD_KERNEL,
    cpu_model: 'AMD EPYC Processor',
    cpus: 2,
    memory_bytes: 2e9,
    clocksource: layer === 0 ? 'tsc' : 'kvm-clock',
    parent_hypervisor: layer === 0 ? '' : 'QEMU Standard PC pc-q35-7.2',
    node_version: 'v20.20.2',
  };
  const nominal = new Date(timeUs / 1000).toISOString();
  for (const [at, { benchmark, unit, seconds, perLayer }] of WORKS.entries()) {
    const atUs = timeUs + (at * 60 + layer * 10) * 1e6;
    const noise = Math.exp((random() + random() - 1) * 0.06);
    const fields = {
      seconds_per_unit: seconds * perLayer ** layer * noise * slowdown({ benchmark, layer, timeUs }),
      outcome: v1.BenchmarkResult.Outcome.OK,
      unit,
      round: `${benchmark}@${nominal}`,
      arguments_hash: settings({ benchmark, timeUs }),
    };
    add('nestwatch_benchmark', { benchmark }, fields, atUs);
    add('nestwatch_environment', {}, environment, atUs);
  }
}

function addMessages({ history, layer, timeUs, round, add }: Part & { round: number }): void {
  const boot = history.runOf?.({ layer, timeUs, round }) ?? `run-${layer}`;
  const report = { seq: round + 1, boot, skew_seconds: 0.01, clock_rate: 1, placed_by_lab_time: 0 };
  add('nestwatch_report', { kind: 'benchmark' }, report, timeUs);
  const noise = 1 + (round % 5) / 100;
  add('nestwatch_exit_latency', {}, { median_us: 2 * 4 ** layer * noise }, timeUs);
  add('nestwatch_cpu_time', {}, { steal_ratio: 0.01 * layer * noise }, timeUs);
}

function tagsOf(lab: string, layer: number): string {
  const parent = layer === 0 ? '' : `${lab}-${layer - 1}`;
  return commonTagsOf({ lab, node: `${lab}-${layer}`, name: `guest${layer}`, layer, parent });
}
