import { commonTagsOf } from '@nestwatch/collector/influx/points/common-tags';
import { encodeComputed } from '@nestwatch/collector/influx/points/encode';
import type { Store } from '@nestwatch/collector/influx/store';
import { AlertSeverity, AlertState, SlowdownState, v1 } from '@nestwatch/proto';
import { seeded } from '@nestwatch/testkit/random';
import { measurementOf } from './measurement-of.ts';

const HOUR_US = 3600e6;
const MINUTE_US = 60e6;
const OLD_KERNEL = '6.1.0-37-cloud-amd64';
const NEW_KERNEL = '6.12.117+deb13-cloud-amd64';
/** Guests of the hypervisor, and guests in each of those; what is left runs in the first of these. */
const [HOSTS_SHARE, DEEP_SHARE] = [10, 4];

interface MadeNode {
  readonly node: string;
  readonly name: string;
  readonly layer: number;
  readonly parent: string;
}

/**
 * Writes a made-up lab of any number of machines in three or four layers, as it is now and was yesterday, with a little
 * trouble in it: one slow and alerting, one silent, one new, some on a newer kernel.
 */
export async function writeManyMachines(
  store: Pick<Store, 'write'>,
  { lab, count, nowUs }: { lab: string; count: number; nowUs: number },
): Promise<void> {
  const random = seeded(count);
  const nodes = nodesOf(count);
  for (let at = 0; at < nodes.length; at += 50) {
    const lines = nodes
      .slice(at, at + 50)
      .flatMap((node, within) => linesOf(node, at + within, lab, nowUs, random));
    await store.write(lines);
  }
}

function nodesOf(count: number): MadeNode[] {
  const nodes: MadeNode[] = [{ node: 'h0', name: 'host', layer: 0, parent: '' }];
  const hosts = Math.max(1, Math.ceil((count - 1) / HOSTS_SHARE));
  for (let at = 1; nodes.length < count; at += 1) {
    const isHost = at <= hosts;
    const parent = isHost ? nodes[0] : nodes[1 + (at % hosts)];
    const isDeep = !isHost && at % DEEP_SHARE === 0 && at > 3 * hosts;
    const above = isDeep ? nodes[1 + hosts + (at % hosts)] : parent;
    const layer = (above?.layer ?? 0) + 1;
    nodes.push({ node: `m${at}`, name: `guest${layer}-${at}`, layer, parent: above?.node ?? '' });
  }
  return nodes;
}

type Fields = Record<string, number | string>;

function linesOf(node: MadeNode, at: number, lab: string, nowUs: number, random: () => number): string[] {
  const lines: string[] = [];
  const tags = commonTagsOf({ lab, ...node });
  const add = (name: string, own: Record<string, string>, fields: Fields, us: number) => {
    const line = encodeComputed(measurementOf(name), tags, own, fields, us);
    if (line !== undefined) lines.push(line);
  };
  const [isSlow, isSilent, isNew] = [at === 7, at === 12, at === 14];
  const endUs = isSilent ? nowUs - 20 * MINUTE_US : nowUs;
  const isUpgraded = at % 9 === 5;
  const capability = (kernel: string): Fields => ({
    ...{ can_host: node.layer < 2 ? 1 : 0, nested_enabled: node.layer < 2 ? 1 : 0, kernel, cpus: 2 },
    ...{ memory_bytes: 2e9, hypervisor: node.layer === 0 ? '' : 'KVM', warnings: node.layer === 1 ? 1 : 0 },
    ...{ failures: 0, booted_wall_us: nowUs - 48 * HOUR_US, clocksource: 'kvm-clock' },
  });
  const wave = () => 0.9 + random() / 5;
  for (const hoursAgo of isNew ? [] : [30, 26, 24.02]) {
    add(
      'nestwatch_report',
      { kind: 'sample' },
      { seq: Math.round(100 - hoursAgo), boot: 'r' },
      nowUs - hoursAgo * HOUR_US,
    );
    add('nestwatch_capability', {}, capability(OLD_KERNEL), nowUs - hoursAgo * HOUR_US);
    addSlowdown(add, 1, false, nowUs - hoursAgo * HOUR_US);
  }
  for (let minute = 60; minute >= 0; minute -= 2) {
    const us = nowUs - minute * MINUTE_US;
    if (us > endUs) break;
    add('nestwatch_report', { kind: 'sample' }, { seq: 200 - minute, boot: 'r' }, us);
    const steal = (isSlow ? 0.4 : 0.01 * (1 + node.layer)) * wave();
    add('nestwatch_cpu_time', {}, { steal_ratio: steal, idle_ratio: 0.5, guest_ratio: 0.2 }, us);
    add('nestwatch_exit_latency', {}, { median_us: 2 * 4 ** node.layer * wave() }, us);
    add('nestwatch_timer_latency', {}, { median_us: 80 * 2 ** node.layer * wave() }, us);
    add('nestwatch_memory', {}, { total_bytes: 2e9, available_bytes: 1.1e9 * wave() }, us);
  }
  add('nestwatch_capability', {}, capability(isUpgraded ? NEW_KERNEL : OLD_KERNEL), endUs - 30 * MINUTE_US);
  addSlowdown(add, isSlow ? 2.4 : wave(), isSlow, endUs - MINUTE_US);
  addBenchmarks(add, node.layer, isSlow ? 2.4 : 1, wave, nowUs);
  if (node.layer === 1) {
    const [summary, advice] = ['Nesting costs more here than it has to.', 'Switch nested paging on.'];
    add(
      'nestwatch_verdict',
      { rule: 'nested-paging' },
      { level: 3, summary, advice },
      endUs - 30 * MINUTE_US,
    );
  }
  if (isSlow) addAlert(add, node.name, nowUs);
  return lines;
}

type Add = (name: string, own: Record<string, string>, fields: Fields, us: number) => void;

function addSlowdown(add: Add, ratio: number, isSlow: boolean, us: number): void {
  const state = isSlow ? SlowdownState.SLOW : SlowdownState.AS_USUAL;
  const fields = {
    slowdown_ratio: ratio,
    usual_ratio: 1.5,
    spread_ratio: 1.04,
    minimum_detectable_ratio: 1.2,
    state,
  };
  add(
    'nestwatch_slowdown',
    { benchmark: 'cpu.sha256', variant: '', target: '', against: 'parent' },
    fields,
    us,
  );
}

function addBenchmarks(add: Add, layer: number, factor: number, wave: () => number, nowUs: number): void {
  for (let round = 0; round < 3; round += 1) {
    const nominal = new Date(nowUs / 1000 - round * 600_000).toISOString();
    for (const [benchmark, unit, seconds] of [
      ['cpu.sha256', 'byte', 2e-9] as const,
      ['exit.cpuid', 'exit', 1e-6] as const,
    ]) {
      const fields = {
        ...{ seconds_per_unit: seconds * 1.4 ** layer * factor * wave(), unit, arguments_hash: 'a' },
        ...{ outcome: v1.BenchmarkResult.Outcome.OK, round: `${benchmark}@${nominal}` },
      };
      add(
        'nestwatch_benchmark',
        { benchmark, variant: '', target: '' },
        fields,
        nowUs - (round * 600 + 20 + layer) * 1e6,
      );
    }
  }
}

function addAlert(add: Add, name: string, nowUs: number): void {
  for (let minute = 20; minute >= 0; minute -= 1) {
    const fields = {
      ...{ state: AlertState.FIRING, severity: AlertSeverity.CRITICAL, value: 2.4, silenced: 0, flapping: 0 },
      ...{
        news: minute === 20 ? 1 : 0,
        fired_us: nowUs - 20 * MINUTE_US,
        title: `critical: slowdown-parent on ${name}`,
      },
      ...{
        text: `cpu.sha256 on ${name} takes 2.4 times as long against its parent as usual.`,
        cause: 'steal',
      },
    };
    add(
      'nestwatch_alert',
      { rule: 'slowdown-parent', subject: 'cpu.sha256' },
      fields,
      nowUs - minute * MINUTE_US,
    );
  }
}
