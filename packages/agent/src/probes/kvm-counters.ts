import type { Value } from './probe.ts';

export type KvmHost = Value<'kvmHost'>;
export type KvmGuest = NonNullable<KvmHost['guests']>[number];

/** Kernel's names of the counters that tell guests apart, by field (virt/kvm/kvm_main.c, arch/x86/kvm/x86.c). */
export const GUEST_RATES = {
  exitsPerSecond: 'exits',
  ioExitsPerSecond: 'io_exits',
  mmioExitsPerSecond: 'mmio_exits',
  irqExitsPerSecond: 'irq_exits',
  haltExitsPerSecond: 'halt_exits',
  nestedRunPerSecond: 'nested_run',
  insnEmulationPerSecond: 'insn_emulation',
  pfTakenPerSecond: 'pf_taken',
  pfFixedPerSecond: 'pf_fixed',
  tlbFlushPerSecond: 'tlb_flush',
  irqInjectionsPerSecond: 'irq_injections',
} as const satisfies Partial<Record<keyof KvmGuest, string>>;

/** The counters of all guests together. */
export const RATES = {
  ...GUEST_RATES,
  signalExitsPerSecond: 'signal_exits',
  irqWindowExitsPerSecond: 'irq_window_exits',
  nmiWindowExitsPerSecond: 'nmi_window_exits',
  notifyWindowExitsPerSecond: 'notify_window_exits',
  requestIrqExitsPerSecond: 'request_irq_exits',
  hypercallsPerSecond: 'hypercalls',
  insnEmulationFailPerSecond: 'insn_emulation_fail',
  nmiInjectionsPerSecond: 'nmi_injections',
  reqEventPerSecond: 'req_event',
  hostStateReloadPerSecond: 'host_state_reload',
  fpuReloadPerSecond: 'fpu_reload',
  l1dFlushPerSecond: 'l1d_flush',
  remoteTlbFlushPerSecond: 'remote_tlb_flush',
  invlpgPerSecond: 'invlpg',
  preemptionReportedPerSecond: 'preemption_reported',
  preemptionOtherPerSecond: 'preemption_other',
  directedYieldAttemptedPerSecond: 'directed_yield_attempted',
  directedYieldSuccessfulPerSecond: 'directed_yield_successful',
  pfEmulatePerSecond: 'pf_emulate',
  pfSpuriousPerSecond: 'pf_spurious',
  pfFastPerSecond: 'pf_fast',
  pfMmioSpteCreatedPerSecond: 'pf_mmio_spte_created',
  pfGuestPerSecond: 'pf_guest',
  haltSuccessfulPollPerSecond: 'halt_successful_poll',
  haltAttemptedPollPerSecond: 'halt_attempted_poll',
  haltPollInvalidPerSecond: 'halt_poll_invalid',
  haltWakeupPerSecond: 'halt_wakeup',
  mmuShadowZappedPerSecond: 'mmu_shadow_zapped',
  mmuPteWritePerSecond: 'mmu_pte_write',
  mmuPdeZappedPerSecond: 'mmu_pde_zapped',
  mmuFloodedPerSecond: 'mmu_flooded',
  mmuRecycledPerSecond: 'mmu_recycled',
  mmuCacheMissPerSecond: 'mmu_cache_miss',
} as const satisfies Partial<Record<keyof KvmHost, string>>;

/** Counters of ns: their growth in one second is a number of CPUs or vCPUs. */
export const NS_RATIOS = {
  haltPollSuccessRatio: 'halt_poll_success_ns',
  haltPollFailRatio: 'halt_poll_fail_ns',
  haltWaitRatio: 'halt_wait_ns',
} as const satisfies Partial<Record<keyof KvmHost, string>>;

/** States, which are no counters. */
export const GAUGES = {
  guestMode: 'guest_mode',
  blocking: 'blocking',
  mmuUnsync: 'mmu_unsync',
  pages4k: 'pages_4k',
  pages2m: 'pages_2m',
  pages1g: 'pages_1g',
  nxLpageSplits: 'nx_lpage_splits',
} as const satisfies Partial<Record<keyof KvmHost, string>>;

/** Of each guest, beside its rates: how its vCPUs wait for work, and with how large pages its memory is mapped. */
export const GUEST_NS_RATIOS = {
  haltPollSuccessRatio: NS_RATIOS.haltPollSuccessRatio,
  haltPollFailRatio: NS_RATIOS.haltPollFailRatio,
} as const satisfies Partial<Record<keyof KvmGuest, string>>;
export const GUEST_GAUGES = {
  pages4k: GAUGES.pages4k,
  pages2m: GAUGES.pages2m,
  pages1g: GAUGES.pages1g,
} as const satisfies Partial<Record<keyof KvmGuest, string>>;

/** Names before Linux 5.14, and what the same is called since (virt/kvm/kvm_main.c, arch/x86/kvm/x86.c). */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  irq_window: 'irq_window_exits',
  nmi_window: 'nmi_window_exits',
  request_irq: 'request_irq_exits',
  nx_largepages_splitted: 'nx_lpage_splits',
};

/** The name that a counter has since Linux 5.14. */
export const currentName = (name: string): string => FORMER_NAMES[name] ?? name;

/**
 * Peaks since the guest's start, which are neither rates nor states, and states that no field is for: a rate of them would be
 * wrong, and what goes down would look like a counter that started again. Kernels before 5.14 have large pages of all sizes
 * together; 7.x tells how many pages shadow a guest's tables.
 */
const IGNORED = [
  ...['max_mmu_page_hash_collisions', 'max_mmu_rmap_size', 'remote_tlb_flush_requests'],
  ...['largepages', 'lpages', 'mmu_shadow_pages'],
];

const KNOWN = new Set<string>(
  [RATES, NS_RATIOS, GAUGES].flatMap((names) => Object.values<string>(names)).concat(IGNORED),
);

/** Whether a counter is one that this version does not know; histograms (…_hist) hold many numbers and are none. */
export function isOther(name: string): boolean {
  return !KNOWN.has(currentName(name)) && /^[a-z][a-z0-9_]*$/.test(name) && !name.endsWith('_hist');
}

/** One number, as these files hold it; undefined for anything else. */
export function parseCounter(text: string): number | undefined {
  return /^\d{1,20}\s*$/.test(text) ? Number(text) : undefined;
}
