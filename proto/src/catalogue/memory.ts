import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const bytes = (name: string, meaning: string): Field => ({
  name,
  unit: 'bytes',
  kind: 'gauge',
  meaning,
  panel: 'Node / Memory',
});
const rate = (name: string, unit: Field['unit'], meaning: string): Field => ({
  name,
  unit,
  kind: 'rate',
  meaning,
  panel: 'Node / Memory faults',
});

export const memory: Measurement = {
  name: 'nestwatch_memory',
  meaning:
    'Memory of the machine, and page faults and swapping. The first touch of a page is a fault in each layer below, too.',
  source: '/proc/meminfo, /proc/vmstat, /sys/kernel/mm/transparent_hugepage/enabled',
  from: 'sample.memory',
  fields: [
    bytes('total_bytes', 'Memory the kernel manages.'),
    bytes('free_bytes', 'Unused memory.'),
    bytes('available_bytes', 'Memory that programs could have without swapping.'),
    bytes('cached_bytes', 'Page cache.'),
    bytes('swap_total_bytes', 'Swap space.'),
    bytes('swap_free_bytes', 'Swap space not in use.'),
    bytes('anon_huge_pages_bytes', 'Anonymous memory in transparent huge pages.'),
    { name: 'huge_pages_total', unit: 'count', kind: 'gauge', meaning: 'Reserved huge pages.' },
    { name: 'huge_pages_free', unit: 'count', kind: 'gauge', meaning: 'Reserved huge pages not in use.' },
    bytes('dirty_bytes', 'Changed pages that wait to be written.'),
    bytes('page_tables_bytes', 'Page tables of processes.'),
    bytes('secondary_page_tables_bytes', 'Page tables that KVM keeps for guests: EPT, NPT or shadow.'),
    bytes('balloon_bytes', 'Memory taken away by the hypervisor through the balloon.'),
    rate('balloon_inflated_bytes_per_second', 'bytes/s', 'Memory given to the balloon.'),
    rate('balloon_deflated_bytes_per_second', 'bytes/s', 'Memory taken back from the balloon.'),
    rate('faults_per_second', 'per second', 'Page faults.'),
    rate('major_faults_per_second', 'per second', 'Page faults that read from a disk.'),
    rate('swapped_in_bytes_per_second', 'bytes/s', 'Memory read from swap.'),
    rate('swapped_out_bytes_per_second', 'bytes/s', 'Memory written to swap.'),
    rate('huge_faults_per_second', 'per second', 'Faults that got a transparent huge page.'),
    rate('huge_fault_fallbacks_per_second', 'per second', 'Faults that did not get one.'),
    rate('huge_collapses_per_second', 'per second', 'Small pages made into a huge one.'),
    rate('huge_splits_per_second', 'per second', 'Huge pages taken apart.'),
    rate('compaction_stalls_per_second', 'per second', 'Waits for memory to be moved together.'),
    rate('allocation_stalls_per_second', 'per second', 'Waits for memory to be freed.'),
    rate('oom_kills_per_second', 'per second', 'Processes killed because memory ran out.'),
    {
      name: 'transparent_huge_pages',
      unit: 'text',
      kind: 'text',
      meaning: 'Policy for transparent huge pages: always, madvise or never.',
    },
    resets,
  ],
};
