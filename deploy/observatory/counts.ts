import type { ReasonNames } from '@nestwatch/agent/exits/reason-names';

/** What one layer counts, by name: statistics of its KVM, events by their key, interrupts and faults of its own. */
export type Counts = Readonly<Record<string, number>>;

/** isa of kvm_exit for AMD's SVM (arch/x86/kvm/trace.h). */
const SVM = 2;

/**
 * Events that a hosting layer counts, each by the first of the keys that its kernel has, and what they are called here.
 * `exit` are all exits of the guest's vCPUs; `nested` those of them that came while the guest's own guest ran; `given` those
 * of these that the guest's hypervisor was given. What has no word for its key is counted as a whole.
 */
const EVENTS = [
  { event: 'kvm/kvm_exit', keys: 'exit_reason', name: 'exit', key: 'reason' },
  { event: 'kvm/kvm_nested_vmexit', keys: 'exit_reason|exit_code', name: 'nested', key: 'reason' },
  { event: 'kvm/kvm_nested_vmexit_inject', keys: 'exit_reason|exit_code', name: 'given', key: 'reason' },
  { event: 'kvm/kvm_msr', keys: 'ecx', name: 'msr', key: 'number' },
  { event: 'kvm/kvm_page_fault', keys: 'error_code', name: 'fault', key: 'number' },
  { event: 'kvm/kvm_inj_virq', keys: 'common_pid', name: 'injected', key: undefined },
  { event: 'kvmmmu/kvm_mmu_get_page', keys: 'common_pid', name: 'shadow.got', key: undefined },
  { event: 'kvmmmu/kvm_mmu_prepare_zap_page', keys: 'common_pid', name: 'shadow.zapped', key: undefined },
  { event: 'kvmmmu/kvm_mmu_sync_page', keys: 'common_pid', name: 'shadow.synced', key: undefined },
  { event: 'kvmmmu/kvm_mmu_unsync_page', keys: 'common_pid', name: 'shadow.unsynced', key: undefined },
] as const;

/** For the scripts of a layer: "event:keys event:keys". */
export const EVENT_WORDS = EVENTS.map(({ event, keys }) => `${event}:${keys}`).join(' ');
/** Of which a layer tells by whom it was caused. */
export const STACK_EVENT = 'kvmmmu/kvm_mmu_prepare_zap_page';

const BY_FILE = new Map<string, (typeof EVENTS)[number]>(
  EVENTS.map((each) => [each.event.replace(/^.*\//, ''), each]),
);

/** Reads a layer's answer, "kvm.exits=12 kvm_exit:114=3 irq.LOC=5"; what is no such word is left out. */
export function parseCounts(text: string, names: ReasonNames): Counts {
  const counts = new Map<string, number>();
  for (const [, word = '', digits = ''] of text.matchAll(/(\S+)=(\d+)(?!\S)/g)) {
    const name = nameOf(word, names);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + Number(digits));
  }
  return Object.fromEntries(counts);
}

function nameOf(word: string, names: ReasonNames): string | undefined {
  const event = /^(kvm_\w+):(\d+)$/.exec(word);
  if (event === null) return /^(?:kvm|vm|irq)\.\w+$/.test(word) ? word : undefined;
  const known = BY_FILE.get(event[1] ?? '');
  if (known === undefined) return undefined;
  const key = Number(event[2]);
  if (known.key === 'reason') return `${known.name}.${names(SVM, key)}`;
  return known.key === 'number' ? `${known.name}.0x${key.toString(16)}` : known.name;
}

/** What was counted between two readings; what is only in the later one began at 0. */
export function between(before: Counts, after: Counts): Counts {
  return combine(after, before, (one, other) => one - other);
}

/**
 * What is left of counts when those of doing nothing for as long are taken off.
 * @param perUnit what a unit of that time costs: a µs, or a tick
 */
export function without(counts: Counts, nothing: Counts, perUnit: Counts, units: number): Counts {
  const rest = combine(perUnit, {}, (rate) => rate * units);
  return combine(
    combine(counts, nothing, (one, other) => one - other),
    rest,
    (one, other) => one - other,
  );
}

/** What is counted in a unit, by a reading over this many of them. */
export function rateOf(counts: Counts, nothing: Counts, units: number): Counts {
  return combine(counts, nothing, (one, other) => (one - other) / units);
}

/** The median of each count. */
export function medianCounts(all: readonly Counts[]): Counts {
  const names = new Set(all.flatMap((counts) => Object.keys(counts)));
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return Object.fromEntries([...names].map((name) => [name, middle(all.map((each) => each[name] ?? 0))]));
}

/** The mean of each count. */
export function meanCounts(all: readonly Counts[]): Counts {
  const names = new Set(all.flatMap((counts) => Object.keys(counts)));
  const mean = (name: string) => all.reduce((sum, each) => sum + (each[name] ?? 0), 0) / all.length;
  return Object.fromEntries([...names].map((name) => [name, mean(name)]));
}

/** Times, and what belongs to this machine's own scheduling. */
const NOT_KEPT = /_ns$|^kvm\.(?:preemption|halt_attempted|halt_poll|fpu_reload|blocking|guest_mode|max_mmu)/;

/** Whole numbers, without those that are next to nothing. */
export function rounded(counts: Counts, least: number): Counts {
  const kept = Object.entries(counts)
    .filter(([name]) => !NOT_KEPT.test(name))
    .map(([name, value]) => [name, Math.round(value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => Math.abs(value) >= least).sort());
}

function combine(one: Counts, other: Counts, act: (one: number, other: number) => number): Counts {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, act(one[name] ?? 0, other[name] ?? 0)]));
}

/** Exits of the guest that a layer runs. */
export function exitsIn(counts: Counts | undefined): number {
  const given = counts?.['kvm.exits'];
  if (given !== undefined) return given;
  return Object.entries(counts ?? {})
    .filter(([name]) => name.startsWith('exit.'))
    .reduce((sum, [, value]) => sum + value, 0);
}
