import type { Measurement } from './types.ts';

export const guest: Measurement = {
  name: 'nestwatch_guest',
  meaning: 'One guest that runs on a node, as its parent sees it.',
  source: '/proc/PID/cmdline of the virtual machine monitors',
  from: 'capability.guests',
  tags: ['guest'],
  fields: [
    { name: 'vcpus', unit: 'count', kind: 'gauge', meaning: 'Virtual CPUs.', panel: 'Lab / Guests' },
    {
      name: 'memory_bytes',
      unit: 'bytes',
      kind: 'gauge',
      meaning: 'Memory given to the guest.',
      panel: 'Lab / Guests',
    },
    { name: 'pid', unit: 'none', kind: 'gauge', meaning: 'Process of the monitor.' },
    { name: 'uuid', unit: 'text', kind: 'text', meaning: 'SMBIOS UUID given to the guest.' },
    {
      name: 'accelerator',
      unit: 'text',
      kind: 'text',
      meaning: 'kvm or tcg; under Xen xen.',
      panel: 'Lab / Guests',
    },
    {
      name: 'cpu_model',
      unit: 'text',
      kind: 'text',
      meaning: 'CPU model given to the guest.',
      panel: 'Lab / Guests',
    },
    {
      name: 'vmm',
      unit: 'text',
      kind: 'text',
      meaning: 'qemu, firecracker, cloud-hypervisor, crosvm or kvmtool.',
      panel: 'Lab / Guests',
    },
    { name: 'machine', unit: 'text', kind: 'text', meaning: 'Machine type.' },
    {
      name: 'balloon',
      unit: 'text',
      kind: 'text',
      meaning:
        'How it can give memory back: none, or balloon with reporting (of free pages) and deflate-on-oom.',
      panel: 'Lab / Guests',
    },
    {
      name: 'memory_backing',
      unit: 'text',
      kind: 'text',
      meaning: 'What its memory is made of: anonymous, shared, file, hugetlb, prealloc, locked.',
    },
    {
      name: 'hyperv',
      unit: 'text',
      kind: 'text',
      meaning: 'Hyper-V enlightenments of the guest, which only Windows uses.',
      panel: 'Lab / Guests',
    },
    {
      name: 'nested_state',
      unit: 'text',
      kind: 'text',
      meaning:
        'What happens to its own guests if it is saved or migrated: kept (documented), unproven, lost, or unclear if a version is not known.',
      panel: 'Lab / Guests',
    },
    {
      name: 'incoming',
      unit: 'boolean',
      kind: 'flag',
      meaning: 'Whether its process was started to receive it, by a migration or from a file.',
    },
    {
      name: 'started_wall_us',
      unit: 'microseconds',
      kind: 'gauge',
      meaning: "Start of the process, since 1970 on the parent's clock.",
    },
  ],
};
