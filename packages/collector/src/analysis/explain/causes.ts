import { formatFactor, formatPercent, formatTime, significant } from '@nestwatch/common/quantities';
import { count, nodeText } from '../text.ts';
import { THROTTLED, whoTakes } from '../who-limits.ts';
import { asGuest } from './as-guest.ts';
import type { Evidence, NodeEvidence } from './evidence.ts';

/** Something that changed together with the slowdown. */
export interface Cause {
  /** One sentence in words and figures. */
  readonly text: string;
  /**
   * How much of the slowdown it would account for, in logarithms: 1 is all. Where that cannot be computed, the
   * cause's own estimate.
   */
  readonly weight: number;
}

/** Looks for one kind of cause on one machine. */
export type CauseFinder = (node: NodeEvidence, evidence: Evidence) => Cause[];

/** When a parent slowed down as well, everything in it had to, and the slow node is not to blame for that part. */
export function hostSlow({ slow, above, others, factor }: Evidence): Cause[] {
  const highest = above.findLast((node) => share(node.selfSlowdown ?? 1, factor) >= 0.3);
  if (highest === undefined) return [];
  const slower = [...above, ...others].filter((node) => (node.selfSlowdown ?? 1) >= 1.15);
  const all =
    highest.layer === 0 ? 'The host itself is slow, and everything in it' : 'The cause is further up';
  const list = slower.map((node) => `${node.name} ${formatFactor(node.selfSlowdown ?? 1)}`).join(', ');
  const text = `${all}: ${nodeText(highest)} became ${significant(highest.selfSlowdown ?? 1)} times slower too (${list}), so ${slow.name} is not the cause.`;
  return [{ text, weight: share(highest.selfSlowdown ?? 1, factor) }];
}

/** Stolen time stretches everything by 1/(1 - steal). Each layer's own kernel counts only what its parent took. */
export const steal: CauseFinder = (node, { above, factor }) => {
  const before = node.before.stealRatio ?? 0;
  const since = node.since.stealRatio;
  if (since === undefined || !isMoreStolen(node)) return [];
  const parent = above[above.indexOf(node) + 1];
  const who = whoTakes(parent, node.name, parent && asGuest(node, parent).since);
  const text = `Steal in ${nodeText(node)} rose from ${formatPercent(before)} to ${formatPercent(since)}: ${who}.`;
  return [{ text, weight: share((1 - before) / (1 - since), factor) }];
};

/** Whether a node's own kernel shows that more is taken from it than before. */
export function isMoreStolen({ before, since }: NodeEvidence): boolean {
  const stolen = since.stealRatio;
  return stolen !== undefined && stolen - (before.stealRatio ?? 0) >= 0.03 && stolen < 1;
}

const QUICK_CLOCKS = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];

/** A clock that is read by an exit instead of an instruction costs every program that asks for the time. */
export const clocksource: CauseFinder = (node) => {
  const before = node.before.clocksource;
  const since = node.since.clocksource;
  if (before === undefined || since === undefined || before === since) return [];
  const slower = QUICK_CLOCKS.includes(before) && !QUICK_CLOCKS.includes(since);
  const text = `The clocksource of ${nodeText(node)} changed from ${before} to ${since}${slower ? ', which is read by an exit' : ''}.`;
  return [{ text, weight: slower ? 0.8 : 0.2 }];
};

/** Something else wants the CPUs, in the slow node itself or in a parent, whose threads then wait for each other. */
export const cpuWait: CauseFinder = (node, { factor }) => {
  const before = node.before.cpuPressureRatio ?? 0;
  const since = node.since.cpuPressureRatio;
  if (since === undefined || since - before < 0.1 || throttlesMore(node)) return [];
  const text = `Threads of ${nodeText(node)} waited for a CPU ${formatPercent(since)} of the time, up from ${formatPercent(before)}: other work runs there.`;
  return [{ text, weight: 0.8 * share((1 - Math.min(before, 0.9)) / (1 - Math.min(since, 0.9)), factor) }];
};

/** What a cgroup of its own makes wait counts as waiting for a CPU as well, and is reported as that. */
function throttlesMore({ before, since }: NodeEvidence): boolean {
  return Object.entries(since.guests ?? {}).some(
    ([guest, { throttledRatio = 0 }]) =>
      throttledRatio - (before.guests?.[guest]?.throttledRatio ?? 0) >= THROTTLED,
  );
}

/** Too little memory. */
export const memory: CauseFinder = (node) => {
  const waiting = node.since.memoryPressureRatio ?? 0;
  const waited = node.before.memoryPressureRatio ?? 0;
  if (waiting >= 0.05 && waiting - waited >= 0.03) {
    const text = `${nodeText(node)} is short of memory: threads waited for it ${formatPercent(waiting)} of the time, up from ${formatPercent(waited)}.`;
    return [{ text, weight: Math.min(0.9, 0.4 + waiting) }];
  }
  const free = node.since.memoryAvailableRatio;
  const was = node.before.memoryAvailableRatio;
  if (free === undefined || was === undefined || free >= 0.08 || was - free < 0.05) return [];
  const text = `${nodeText(node)} has ${formatPercent(free)} of its memory available, down from ${formatPercent(was)}.`;
  return [{ text, weight: 0.4 }];
};

/** Exits became more expensive, or more of them happen: those of the slow node's own guests are not what slows it. */
export const exits: CauseFinder = (node, { slow, factor }) => {
  const { before, since } = node;
  const found: Cause[] = [];
  const cost = rise(before.exitUs, since.exitUs);
  if (cost !== undefined) {
    const text = `One exit costs ${nodeText(node)} ${micros(since.exitUs)} instead of ${micros(before.exitUs)}: ${significant(cost)} times as much.`;
    found.push({ text, weight: share(cost, factor) / 2 });
  }
  const often = rise(before.exitsPerSecond, since.exitsPerSecond);
  if (often !== undefined && node !== slow) {
    const text = `Guests of ${nodeText(node)} exit ${significant(often)} times as often (${Math.round(since.exitsPerSecond ?? 0)} instead of ${Math.round(before.exitsPerSecond ?? 0)} exits per second).`;
    found.push({ text, weight: share(often, factor) / 3 });
  }
  return found;
};

/** Other guests appeared beside the slow node or beside one of its parents. */
export const guests: CauseFinder = (node) => {
  const before = node.before.guestsRunning;
  const since = node.since.guestsRunning;
  if (before === undefined || since === undefined || since <= before) return [];
  const text = `${nodeText(node)} runs ${count(since, 'guest')} now, up from ${before}.`;
  return [{ text, weight: 0.4 }];
};

/** More virtual CPUs than CPUs. Worse when it is new. */
export const overcommit: CauseFinder = (node) => {
  const { guestsVcpus, cpus } = node.since;
  if (guestsVcpus === undefined || cpus === undefined || guestsVcpus <= cpus) return [];
  const before = node.before.guestsVcpus ?? guestsVcpus;
  const isNew = before <= (node.before.cpus ?? cpus);
  const text = `${nodeText(node)} has ${count(cpus, 'CPU')} for ${count(guestsVcpus, 'vCPU')} of its guests${isNew ? `, up from ${before}` : ''}.`;
  return [{ text, weight: isNew ? 0.5 : 0.1 }];
};

/** Share of a slowdown that a factor of its own would account for, 0 to 1. */
export function share(factor: number, slowdown: number): number {
  if (!(factor > 1) || !(slowdown > 1)) return 0;
  return Math.min(1, Math.log(factor) / Math.log(slowdown));
}

/** How many times as much it is; undefined for a small rise. */
export function rise(before: number | undefined, since: number | undefined): number | undefined {
  if (before === undefined || since === undefined || before <= 0) return undefined;
  return since / before >= 1.25 ? since / before : undefined;
}

function micros(us: number | undefined): string {
  return formatTime((us ?? 0) / 1e6);
}
