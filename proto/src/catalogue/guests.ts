import { v1 } from '../messages.ts';
import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const { Activity, Transfer } = v1.GuestUsage;

const share = (name: string, meaning: string): Field => ({
  name,
  unit: 'ratio',
  kind: 'rate',
  meaning,
  panel: 'Overhead / Guests',
});

const now = (name: string, unit: Field['unit'], meaning: string, panel?: string): Field => ({
  name,
  unit,
  kind: unit === 'text' ? 'text' : 'gauge',
  meaning,
  ...(panel !== undefined && { panel }),
});

const uuid = now('uuid', 'text', 'SMBIOS UUID given to the guest.');
const LIMITS = 'Node / Limits of guests';
const MEMORY = 'Node / Memory of guests';

export const guests: Measurement = {
  name: 'nestwatch_guest_usage',
  meaning: 'What each running guest uses on its parent. 1 is one whole CPU of the parent.',
  source: '/proc/PID/stat, /proc/PID/status, /proc/PID/task',
  from: 'sample.guests.guests',
  tags: ['guest'],
  fields: [
    uuid,
    share('guest_ratio', 'vCPUs ran guest code.'),
    share(
      'user_ratio',
      'The monitor ran in user space: emulated devices, or the whole guest if it is emulated.',
    ),
    share('vcpu_system_ratio', 'vCPU threads ran in the kernel, which is handling exits.'),
    share('other_system_ratio', 'Other threads of the monitor ran in the kernel.'),
    share(
      'vcpu_wait_ratio',
      "vCPU threads were ready and waited for a CPU: the guest's steal, seen from here.",
    ),
    share('vcpu_run_ratio', 'vCPU threads ran, guest code and exits together.'),
    {
      name: 'activity',
      unit: 'none',
      kind: 'gauge',
      meaning: 'What the guest does, as seen from outside.',
      words: {
        [Activity.RUNS]: 'runs',
        [Activity.STILL]: 'stands still',
        [Activity.SPINS]: 'spins',
        [Activity.BLOCKED]: 'waits in the kernel',
      },
      panel: 'Lab / Guests from outside',
      bands: { warn: Activity.STILL, critical: 100 },
    },
    {
      name: 'first_rest_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'Boot time as seen from outside: from the start of its process until its vCPUs first rested.',
      panel: 'Lab / Guests from outside',
    },
    {
      name: 'transfer',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Whether it is being saved, restored or migrated.',
      words: {
        [Transfer.NONE]: 'no',
        [Transfer.OUTGOING]: 'is saved or migrated away',
        [Transfer.INCOMING]: 'is received',
      },
      panel: 'Lab / Guests from outside',
      bands: { warn: Transfer.OUTGOING, critical: 100 },
    },
    { name: 'vcpus', unit: 'count', kind: 'gauge', meaning: 'vCPU threads.' },
    { name: 'threads', unit: 'count', kind: 'gauge', meaning: 'Threads of the monitor.' },
    {
      name: 'resident_bytes',
      unit: 'bytes',
      kind: 'gauge',
      meaning: 'Memory of the parent that the guest and its monitor occupy.',
    },
    { name: 'swapped_bytes', unit: 'bytes', kind: 'gauge', meaning: 'Swapped-out memory of the guest.' },
    {
      name: 'major_faults_per_second',
      unit: 'per second',
      kind: 'rate',
      meaning: 'Page faults of the monitor that read from a disk.',
    },
    resets,
  ],
};

export const guestLimits: Measurement = {
  name: 'nestwatch_guest_limits',
  meaning:
    'Who limits the CPUs of a guest: the cgroups of its monitor and its vCPU threads, and how the parent schedules them.',
  source:
    '/proc/PID/task/TID/cgroup, status and stat; cpu.max, cpu.weight and cpu.stat of the cgroups, or those of version 1',
  from: 'sample.guests.limits',
  tags: ['guest'],
  fields: [
    uuid,
    now('limit_cpus', 'count', 'CPUs that all its cgroups together allow. Absent without a limit.', LIMITS),
    now('limit_group', 'text', 'The cgroup that limits it most.', LIMITS),
    {
      name: 'throttled_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning:
        'Share of time in which a vCPU was throttled because its cgroup had used up its CPU time; mean over the vCPUs.',
      panel: 'Overhead / Throttled guests',
      bands: { warn: 0.05, critical: 0.3 },
    },
    {
      name: 'throttled_periods_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: "Share of the cgroup's periods in which its CPU time was used up.",
    },
    now(
      'weight',
      'none',
      'The smallest weight among its cgroups; 100 is the default, also for shares of version 1.',
      LIMITS,
    ),
    now('cpus_allowed', 'count', 'CPUs of the parent on which its vCPUs may run, in total.', LIMITS),
    now('cpus_allowed_list', 'text', 'List of these CPUs.', LIMITS),
    now('bound_with', 'text', 'Other guests that are bound to some of the same CPUs.', LIMITS),
    now('nice', 'none', 'The highest nice value of its vCPU threads; 19 is the lowest priority.', LIMITS),
    now(
      'policy',
      'text',
      'Scheduling class of its vCPU threads: other, batch, idle, fifo, rr, deadline or ext.',
      LIMITS,
    ),
    now('realtime_priority', 'none', 'Priority in a real-time class.'),
    now('numa_nodes', 'count', 'NUMA nodes of the parent on which its vCPUs may run.', LIMITS),
    now('unread', 'text', 'What could not be read, and why.', LIMITS),
  ],
};

export const guestMemory: Measurement = {
  name: 'nestwatch_guest_memory',
  meaning:
    "A guest's memory as its parent sees it. nestwatch_memory of the guest shows how the guest uses it.",
  source: '/proc/PID/status, smaps_rollup, numa_maps and ksm_merging_pages; memory.* of its cgroups',
  from: 'sample.guests.memory',
  tags: ['guest'],
  fields: [
    uuid,
    now('given_bytes', 'bytes', 'Memory assigned to the guest on the command line.', MEMORY),
    now('resident_bytes', 'bytes', 'Memory of the parent that the guest and its monitor occupy.', MEMORY),
    now('anonymous_bytes', 'bytes', 'The part that no other program shares.'),
    now('shared_bytes', 'bytes', 'The part that is shared with other programs, such as virtiofsd.'),
    now('hugetlb_bytes', 'bytes', 'Reserved huge pages that it uses, beside resident_bytes.', MEMORY),
    now('locked_bytes', 'bytes', 'Memory that may not be swapped.'),
    now(
      'swapped_bytes',
      'bytes',
      'Memory of the guest that the parent has swapped out; includes shared memory if the guest has its own cgroup.',
      MEMORY,
    ),
    now('huge_bytes', 'bytes', 'The part in transparent huge pages.', MEMORY),
    now('merged_bytes', 'bytes', 'The part in pages that KSM merged.', MEMORY),
    {
      name: 'memory_stall_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: 'Share of time in which a thread of its own cgroup waited for memory: the cost of swapping.',
      panel: 'Overhead / Guests that wait for swap',
      bands: { warn: 0.05, critical: 0.3 },
    },
    now('limit_bytes', 'bytes', 'The smallest memory limit of its cgroups. Absent without a limit.', MEMORY),
    now('limit_group', 'text', 'The cgroup that limits it most.'),
    {
      name: 'remote_ratio',
      unit: 'ratio',
      kind: 'gauge',
      meaning: 'Share of its memory on NUMA nodes other than those on which its vCPUs ran last.',
      panel: MEMORY,
    },
    now('unread', 'text', 'What could not be read, and why.', MEMORY),
  ],
};
