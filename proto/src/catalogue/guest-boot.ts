import type { Measurement } from './types.ts';

export const guestBoot: Measurement = {
  name: 'nestwatch_guest_boot',
  meaning: 'Boot time of a guest; one point for each start.',
  source: 'collector: start of the process at the parent, first report of the guest',
  fields: [
    {
      name: 'boot_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'From the start of its process at the parent to its first report.',
      panel: 'Lab / Boot time',
    },
  ],
};
