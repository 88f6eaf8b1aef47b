import type { Host } from '../host/host.ts';
import { processOf } from '../host/process-stat.ts';
import type { ReasonSum } from './parse-sums.ts';
import type { ReasonNames } from './reason-names.ts';
import type { Tallied, Tally } from './tally.ts';
import { type ProcessExits, type ReasonExits, TRACE_LIMITS } from './trace.ts';

interface Counted {
  readonly tally: Tally;
  /** Absent where the kernel does not sum up. */
  readonly sums: { readonly own: readonly ReasonSum[]; readonly nested: readonly ReasonSum[] } | undefined;
  readonly names: ReasonNames;
  readonly missedRatio: number;
}

type Sum = { reason: string; nested: boolean; count: number; timed: number; us: number };

/** Adds up what was counted of threads by the process that each belongs to, the most exits first. */
export async function byProcess(host: Host, counted: Counted): Promise<ProcessExits[]> {
  const processes = new Map<number, Map<string, Sum>>();
  const pids = new Map<number, number>();

  async function sumOf(thread: number, reason: string, nested: boolean): Promise<Sum> {
    const pid = pids.get(thread) ?? (await processOf(host, thread));
    pids.set(thread, pid);
    const reasons = processes.get(pid) ?? new Map<string, Sum>();
    processes.set(pid, reasons);
    const key = `${nested} ${reason}`;
    const sum = reasons.get(key) ?? { reason, nested, count: 0, timed: 0, us: 0 };
    reasons.set(key, sum);
    return sum;
  }
  const { tally, sums, names, missedRatio } = counted;
  const scale = sums === undefined ? 1 / Math.max(1 - missedRatio, 0.001) : 0;
  const addTallied = async (thread: number, nested: boolean, reasons: ReadonlyMap<string, Tallied>) => {
    for (const [reason, { count, timed, us }] of reasons) {
      const sum = await sumOf(thread, reason, nested);
      sum.count += count * scale;
      sum.timed += timed;
      sum.us += us;
    }
  };
  const addSummed = async (nested: boolean, all: readonly ReasonSum[]) => {
    for (const { thread, isa, code, hits } of all) {
      (await sumOf(thread, names(isa, code), nested)).count += hits;
    }
  };
  for (const [thread, { own, nested }] of tally.threads) {
    await addTallied(thread, false, own);
    await addTallied(thread, true, nested);
  }
  await addSummed(false, sums?.own ?? []);
  await addSummed(true, sums?.nested ?? []);
  return [...processes]
    .map(([pid, reasons]) => ({ pid, reasons: reasonsOf([...reasons.values()]) }))
    .sort((one, other) => totalOf(other) - totalOf(one))
    .slice(0, TRACE_LIMITS.processes);
}

function reasonsOf(sums: readonly Sum[]): ReasonExits[] {
  return sums
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .slice(0, TRACE_LIMITS.reasons)
    .map(({ reason, nested, count, timed, us }) => ({
      reason,
      nested,
      count: Math.round(count),
      ...(timed > 0 && { meanUs: us / timed }),
    }));
}

/** Exits of a process, those of guests' guests once. */
export function totalOf({ reasons }: ProcessExits): number {
  return reasons.reduce((sum, { nested, count }) => sum + (nested ? 0 : count), 0);
}
