import { formatFactor, formatPercent, formatTime, significant } from '@nestwatch/common/quantities';
import { fieldOf } from '@nestwatch/proto/catalogue';

/** A quantity that the page draws, from the metric catalogue. */
export interface ShownMetric {
  readonly key: string;
  readonly title: string;
  readonly measurement: string;
  readonly field: string;
  /** In one sentence, for the one who points at it. */
  readonly meaning: string;
  /** InfluxQL that gives it as "value", unless it is a mean of the field. */
  readonly select?: string;
}

/** On the ladder. */
export const ladderMetrics: readonly ShownMetric[] = [
  {
    key: 'steal',
    title: 'Steal',
    measurement: 'nestwatch_cpu_time',
    field: 'steal_ratio',
    meaning: 'ready to run while the hypervisor ran something else',
  },
  {
    key: 'exit',
    title: 'Exit',
    measurement: 'nestwatch_exit_latency',
    field: 'median_us',
    meaning: 'cost of one CPUID instruction, which always exits to the hypervisor',
  },
  {
    key: 'timer',
    title: 'Timer',
    measurement: 'nestwatch_timer_latency',
    field: 'median_us',
    meaning: 'how late a short timer fires',
  },
];

/** Share of memory that programs cannot have. */
export const memoryUsed: ShownMetric = {
  key: 'memory',
  title: 'Memory in use',
  measurement: 'nestwatch_memory',
  field: 'available_bytes',
  meaning: 'share of memory that programs could not have without swapping',
  select: '1-mean("available_bytes")/mean("total_bytes") AS "value"',
};

/** How it compares with what is usual, where it is slowest. */
export const slowdownMetric: ShownMetric = {
  key: 'slowdown',
  title: 'Slowdown',
  measurement: 'nestwatch_slowdown',
  field: 'slowdown_ratio',
  meaning: 'the newest three rounds divided by the baseline, in its slowest benchmark',
  select: 'max("slowdown_ratio") AS "value"',
};

/** In the box of a machine whose guests are counted on both sides. */
export const amplificationMetric: ShownMetric = {
  key: 'amplification',
  title: 'Amplification',
  measurement: 'nestwatch_exit_amplification',
  field: 'amplification',
  meaning: 'exits at its parent for each exit of its guests',
};

/** On a node's own page and in reports. */
export const shownMetrics: readonly ShownMetric[] = [
  ...ladderMetrics,
  memoryUsed,
  {
    key: 'guest',
    title: 'Running guests',
    measurement: 'nestwatch_cpu_time',
    field: 'guest_ratio',
    meaning: 'share of CPU time that went to guests',
  },
  {
    key: 'idle',
    title: 'Idle',
    measurement: 'nestwatch_cpu_time',
    field: 'idle_ratio',
    meaning: 'share of CPU time without work',
  },
  {
    key: 'exits',
    title: 'Exits of its guests',
    measurement: 'nestwatch_kvm_host',
    field: 'exits_per_second',
    meaning: 'exits per second of all guests that run here',
  },
  amplificationMetric,
  {
    key: 'nested',
    title: 'Nested runs',
    measurement: 'nestwatch_kvm_host',
    field: 'nested_run_per_second',
    meaning: 'entries per second into a guest of a guest',
  },
  {
    key: 'wait',
    title: 'Waiting for CPU',
    measurement: 'nestwatch_pressure',
    field: 'cpu_some_ratio',
    meaning: 'share of time in which a task waited for a CPU',
  },
  {
    key: 'load',
    title: 'Load',
    measurement: 'nestwatch_load',
    field: 'load1',
    meaning: 'load average over one minute',
  },
];

/** A value with the unit that the catalogue gives its field. */
export function showMetric({ key, measurement, field }: ShownMetric, value: number): string {
  if (key === slowdownMetric.key) return formatFactor(value);
  if (key === memoryUsed.key) return formatPercent(value);
  const { unit } = fieldOf(measurement, field);
  if (unit === 'ratio') return formatPercent(value);
  if (unit === 'microseconds') return formatTime(value / 1e6);
  return unit === 'per second' ? `${significant(value)}/s` : significant(value);
}
