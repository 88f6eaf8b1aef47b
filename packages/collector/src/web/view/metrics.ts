import { formatPercent, formatTime, significant } from '@nestwatch/common/quantities';

/** A quantity that the page draws, from the metric catalogue. */
export interface ShownMetric {
  readonly key: string;
  readonly title: string;
  readonly measurement: string;
  readonly field: string;
  readonly show: (value: number) => string;
  /** In one sentence, for the one who points at it. */
  readonly meaning: string;
  /** On the ladder, or on a node's own page only. */
  readonly onLadder: boolean;
}

const microseconds = (value: number) => formatTime(value / 1e6);
const percent = (value: number) => formatPercent(value);
const perSecond = (value: number) => `${significant(value)}/s`;

export const shownMetrics: readonly ShownMetric[] = [
  {
    key: 'steal',
    title: 'Steal',
    measurement: 'nestwatch_cpu_time',
    field: 'steal_ratio',
    show: percent,
    meaning: 'ready to run while the hypervisor ran something else',
    onLadder: true,
  },
  {
    key: 'exit',
    title: 'Exit',
    measurement: 'nestwatch_exit_latency',
    field: 'median_us',
    show: microseconds,
    meaning: 'cost of one CPUID instruction, which always exits to the hypervisor',
    onLadder: true,
  },
  {
    key: 'timer',
    title: 'Timer',
    measurement: 'nestwatch_timer_latency',
    field: 'median_us',
    show: microseconds,
    meaning: 'how late a short timer fires',
    onLadder: true,
  },
  {
    key: 'guest',
    title: 'Running guests',
    measurement: 'nestwatch_cpu_time',
    field: 'guest_ratio',
    show: percent,
    meaning: 'share of CPU time that went to guests',
    onLadder: false,
  },
  {
    key: 'idle',
    title: 'Idle',
    measurement: 'nestwatch_cpu_time',
    field: 'idle_ratio',
    show: percent,
    meaning: 'share of CPU time in which there was nothing to do',
    onLadder: false,
  },
  {
    key: 'exits',
    title: 'Exits of its guests',
    measurement: 'nestwatch_kvm_host',
    field: 'exits_per_second',
    show: perSecond,
    meaning: 'exits per second of all guests that run here',
    onLadder: false,
  },
  {
    key: 'nested',
    title: 'Nested runs',
    measurement: 'nestwatch_kvm_host',
    field: 'nested_run_per_second',
    show: perSecond,
    meaning: 'entries per second into a guest of a guest',
    onLadder: false,
  },
  {
    key: 'wait',
    title: 'Waiting for CPU',
    measurement: 'nestwatch_pressure',
    field: 'cpu_some_ratio',
    show: percent,
    meaning: 'share of time in which something waited for a CPU here',
    onLadder: false,
  },
  {
    key: 'load',
    title: 'Load',
    measurement: 'nestwatch_load',
    field: 'load1',
    show: significant,
    meaning: 'load average over one minute',
    onLadder: false,
  },
];
