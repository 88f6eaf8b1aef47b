import type { Field, Measurement } from './types.ts';

const share = (name: string, meaning: string): Field => ({
  name,
  unit: 'ratio',
  kind: 'rate',
  meaning,
  panel: 'Overhead / Guests',
});

export const guests: Measurement = {
  name: 'nestwatch_guest_usage',
  meaning: 'What each running guest uses on its parent. 1 is one whole CPU of the parent.',
  source: '/proc/PID/stat, /proc/PID/status, /proc/PID/task',
  from: 'sample.guests.guests',
  tags: ['guest'],
  fields: [
    { name: 'uuid', unit: 'text', kind: 'text', meaning: 'SMBIOS UUID given to the guest.' },
    share('guest_ratio', 'vCPUs ran guest code.'),
    share(
      'user_ratio',
      'The monitor ran in user space: emulated devices; the whole guest when it is emulated.',
    ),
    share('vcpu_system_ratio', 'vCPU threads ran in the kernel, which is handling exits.'),
    share('other_system_ratio', 'Other threads of the monitor ran in the kernel.'),
    share(
      'vcpu_wait_ratio',
      "vCPU threads were ready and waited for a CPU: the guest's steal, seen from here.",
    ),
    { name: 'vcpus', unit: 'count', kind: 'gauge', meaning: 'vCPU threads.' },
    { name: 'threads', unit: 'count', kind: 'gauge', meaning: 'Threads of the monitor.' },
    {
      name: 'resident_bytes',
      unit: 'bytes',
      kind: 'gauge',
      meaning: 'Memory of the parent that the guest and its monitor occupy.',
    },
    { name: 'swapped_bytes', unit: 'bytes', kind: 'gauge', meaning: 'Memory of it that is swapped out.' },
    {
      name: 'major_faults_per_second',
      unit: 'per second',
      kind: 'rate',
      meaning: 'Page faults of the monitor that read from a disk.',
    },
    {
      name: 'resets',
      unit: 'count',
      kind: 'gauge',
      meaning: 'Counters that went back since the last sample and were left out.',
    },
  ],
};
