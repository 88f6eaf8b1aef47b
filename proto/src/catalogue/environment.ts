import type { Field, Measurement } from './types.ts';

const text = (name: string, meaning: string): Field => ({ name, unit: 'text', kind: 'text', meaning });

export const environment: Measurement = {
  name: 'nestwatch_environment',
  meaning:
    'Under what a benchmark result was measured: stands at the same time as the result. Results of unlike fingerprints are never compared.',
  source:
    '/proc/sys/kernel/osrelease, /proc/cpuinfo, /proc/meminfo, clocksource, DMI, /sys/devices/system/cpu/vulnerabilities',
  from: 'benchmark.environment',
  fields: [
    text(
      'fingerprint',
      'SHA-256 over kernel, CPU, CPUs, memory, clocksource, hypervisor and Node.js, first 12 hex digits.',
    ),
    text('kernel', 'Kernel release.'),
    text('cpu_model', 'CPU model.'),
    { name: 'cpus', unit: 'count', kind: 'gauge', meaning: 'CPUs online.' },
    { name: 'memory_bytes', unit: 'bytes', kind: 'gauge', meaning: 'Memory the kernel manages.' },
    text('clocksource', 'Clocksource in use.'),
    text('parent_hypervisor', 'What DMI says of the hypervisor, with its machine type.'),
    text('node_version', 'Node.js that ran the benchmark.'),
    text(
      'mitigations',
      'What mitigations of CPU flaws cost at exits and entries, by short names, and the microcode.',
    ),
    {
      name: 'lab_rate',
      unit: 'ratio',
      kind: 'gauge',
      meaning: "Collector seconds in one second of the node's monotonic clock; 1 is normal.",
    },
  ],
};
