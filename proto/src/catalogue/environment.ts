import type { Field, Measurement } from './types.ts';

const text = (name: string, meaning: string): Field => ({ name, unit: 'text', kind: 'text', meaning });

export const environment: Measurement = {
  name: 'nestwatch_environment',
  meaning:
    'Environment of a benchmark result, with the same time as the result. Results with different fingerprints are never compared.',
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
    text('parent_hypervisor', 'Hypervisor and machine type from DMI.'),
    text('node_version', 'Node.js that ran the benchmark.'),
    text('mitigations', 'Mitigations that make exits and entries slower, by short names, and the microcode.'),
    {
      name: 'lab_rate',
      unit: 'ratio',
      kind: 'gauge',
      meaning: "Collector seconds in one second of the node's monotonic clock; 1 is normal.",
    },
  ],
};
