import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const EXITS = 'Overhead / Exits';
const NESTED = 'Overhead / Nested runs';

const rate = (name: string, meaning: string, panel?: string): Field => ({
  name: `${name}_per_second`,
  unit: 'per second',
  kind: 'rate',
  meaning,
  ...(panel !== undefined && { panel }),
});
const share = (name: string, meaning: string): Field => ({
  name: `${name}_ratio`,
  unit: 'ratio',
  kind: 'rate',
  meaning,
});
const now = (name: string, meaning: string): Field => ({ name, unit: 'count', kind: 'gauge', meaning });

/** One panel shows the sums; the same of each guest would hide them. */
const withoutPanel = ({ panel: _, ...field }: Field): Field => field;

/** The counters that tell guests apart: those of one guest, and of all together. */
const exits = [
  rate('exits', 'Exits of every kind.', EXITS),
  rate('io_exits', 'Exits for port accesses.', EXITS),
  rate('mmio_exits', 'Exits for accesses to device memory.', EXITS),
];
const interrupts = [rate('irq_exits', 'Exits because an interrupt came for the host.', EXITS)];
const halts = [rate('halt_exits', 'Exits because a vCPU was idle.', EXITS)];
const nested = [rate('nested_run', 'Entries into a guest of the guest.', NESTED)];
const emulation = [rate('insn_emulation', 'Instructions that KVM emulated.', EXITS)];
const faults = [
  rate('pf_taken', 'Page faults that KVM handled: EPT, NPT or shadow.', EXITS),
  rate('pf_fixed', 'Page faults that ended with the page mapped.'),
];
const flushes = [rate('tlb_flush', 'Flushes of translations.')];
const injections = [rate('irq_injections', 'Interrupts given to guests.')];
const polls = [
  share('halt_poll_success', 'CPUs spent polling before a halt, when work came.'),
  share('halt_poll_fail', 'CPUs spent polling before a halt in vain.'),
];
const pages = [
  now('pages4k', 'Pages of 4 KiB mapped into guests.'),
  now('pages2m', 'Pages of 2 MiB mapped into guests.'),
  now('pages1g', 'Pages of 1 GiB mapped into guests.'),
];
const ofGuest = (panel: string) => (field: Field) => ({ ...field, panel });

export const kvmHost: Measurement = {
  name: 'nestwatch_kvm_host',
  meaning: 'What KVM counts on a node that runs guests, all guests together. Names are those of the kernel.',
  source: '/sys/kernel/debug/kvm',
  from: 'sample.kvmHost',
  fields: [
    now('guests_running', 'Guests that run under KVM.'),
    ...exits,
    ...interrupts,
    ...halts,
    ...nested,
    ...emulation,
    ...faults,
    ...flushes,
    ...injections,
    rate('signal_exits', 'Exits because a signal was waiting for the vCPU thread.'),
    rate('irq_window_exits', 'Exits because a guest could take interrupts again.'),
    rate('nmi_window_exits', 'Exits because a guest could take NMIs again.'),
    rate('notify_window_exits', 'Exits because no event could be delivered for long.'),
    rate('request_irq_exits', 'Exits asked for to inject an interrupt from user space.'),
    rate('hypercalls', 'Hypercalls of guests.'),
    rate('insn_emulation_fail', 'Instructions that KVM could not emulate.'),
    rate('nmi_injections', 'NMIs given to guests.'),
    rate('req_event', 'Checks for events to deliver.'),
    rate('host_state_reload', "Times the host's registers were loaded again."),
    rate('fpu_reload', "Times a guest's floating-point registers were loaded."),
    rate('l1d_flush', 'Flushes of the first-level cache before an entry.'),
    rate('remote_tlb_flush', 'Flushes of translations on all vCPUs of a guest.'),
    rate('invlpg', 'Translations of one page flushed.'),
    rate('preemption_reported', 'Times KVM notified a guest that its vCPU was preempted.'),
    rate('preemption_other', 'Times KVM could not notify the guest.'),
    rate('directed_yield_attempted', 'Attempts to yield to a vCPU that another one waits for.'),
    rate('directed_yield_successful', 'Successful attempts to yield.'),
    rate('pf_emulate', 'Page faults that led to emulation.'),
    rate('pf_spurious', 'Page faults that another vCPU had settled.'),
    rate('pf_fast', 'Page faults settled without the lock of the memory.'),
    rate('pf_mmio_spte_created', 'Entries made to catch accesses to device memory.'),
    rate('pf_guest', 'Page faults passed on to a guest.'),
    rate('halt_successful_poll', 'Polls before a halt that saw work come.'),
    rate('halt_attempted_poll', 'Polls before a halt.'),
    rate('halt_poll_invalid', 'Polls that ended for a reason that does not count.'),
    rate('halt_wakeup', 'Wake-ups of halted vCPUs.'),
    ...polls,
    share('halt_wait', 'vCPUs that waited halted.'),
    rate('mmu_shadow_zapped', 'Shadow page tables thrown away.'),
    rate('mmu_pte_write', 'Writes of a guest to its page tables that KVM caught.'),
    rate('mmu_pde_zapped', 'Page directory entries thrown away.'),
    rate('mmu_flooded', 'Page tables given up because a guest wrote too often.'),
    rate('mmu_recycled', 'Page tables used again.'),
    rate('mmu_cache_miss', 'Page tables that had to be made.'),
    now('guest_mode', 'vCPUs that run a guest of their guest now.'),
    now('blocking', 'vCPUs that are halted now.'),
    now('mmu_unsync', 'Shadow page tables that are not in step now.'),
    ...pages,
    now('nx_lpage_splits', 'Huge pages split because a guest executes from them.'),
    resets,
  ],
};

export const kvmGuest: Measurement = {
  name: 'nestwatch_kvm_guest',
  meaning: 'What KVM counts for one guest.',
  source: '/sys/kernel/debug/kvm/PID-FD',
  from: 'sample.kvmHost.guests',
  tags: ['guest'],
  fields: [
    { name: 'uuid', unit: 'text', kind: 'text', meaning: 'SMBIOS UUID given to the guest.' },
    ...[exits, interrupts, halts, nested, emulation, faults, flushes, injections].flat().map(withoutPanel),
    ...polls.map(ofGuest('Overhead / Halt polling')),
    ...pages.map(ofGuest('Node / Pages of guests')),
  ],
};

export const kvmOther: Measurement = {
  name: 'nestwatch_kvm_other',
  meaning: 'Counters of KVM that this version of nestwatch does not know by name.',
  source: '/sys/kernel/debug/kvm',
  from: 'sample.kvmHost.others',
  tags: ['counter'],
  fields: [{ name: 'per_second', unit: 'per second', kind: 'rate', meaning: 'Growth of the counter.' }],
};
