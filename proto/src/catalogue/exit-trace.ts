import type { Measurement } from './types.ts';

const PANEL = 'Node / Exits by reason';

/** What is traced on demand, and not at every sample. */
const SOURCE = '/sys/kernel/tracing, events kvm_exit, kvm_entry and kvm_nested_vmexit; on demand';

export const tracedGuest: Measurement = {
  name: 'nestwatch_exit_trace',
  meaning: 'Why a guest exits, in a few words: what one trace of some seconds found at its parent.',
  source: SOURCE,
  from: 'sample.exitTrace.guests',
  tags: ['guest'],
  fields: [
    {
      name: 'summary',
      unit: 'text',
      kind: 'text',
      meaning: 'The most frequent reasons with their shares of all exits.',
    },
    {
      name: 'nested_summary',
      unit: 'text',
      kind: 'text',
      meaning: "The same of exits of the guest's own guests; empty where there were none.",
    },
    { name: 'exits_per_second', unit: 'per second', kind: 'rate', meaning: 'Exits while it was traced.' },
    {
      name: 'nested_exits_per_second',
      unit: 'per second',
      kind: 'rate',
      meaning: "Exits of the guest's own guests among them.",
    },
    { name: 'traced_seconds', unit: 'seconds', kind: 'gauge', meaning: 'How long was traced.' },
    {
      name: 'missed_ratio',
      unit: 'ratio',
      kind: 'gauge',
      meaning:
        'Share of the records that were lost, because the buffer was full. Counts from records are scaled up by it.',
    },
    {
      name: 'method',
      unit: 'text',
      kind: 'text',
      meaning: '"sums" if the kernel counted each exit, "records" if they were counted from records.',
    },
    { name: 'asked_by', unit: 'text', kind: 'text', meaning: 'What asked for it: "alert" or "operator".' },
  ],
};

export const exitReason: Measurement = {
  name: 'nestwatch_exit_reason',
  meaning:
    "Exits of a guest for one reason, named by its parent's kernel. Level nested: exits of the guest's own guests.",
  source: SOURCE,
  from: 'sample.exitTrace.reasons',
  tags: ['guest', 'reason', 'level'],
  fields: [
    {
      name: 'per_second',
      unit: 'per second',
      kind: 'rate',
      meaning: 'Exits for this reason while it was traced.',
      panel: PANEL,
    },
    {
      name: 'share_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: 'Their share of all exits of that level.',
      panel: PANEL,
    },
    {
      name: 'mean_us',
      unit: 'microseconds',
      kind: 'gauge',
      meaning: 'Mean time from the exit to the next entry. For "hlt" it is how long a vCPU was idle.',
      panel: PANEL,
    },
  ],
};
