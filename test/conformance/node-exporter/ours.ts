import { parseCpuTicks } from '@nestwatch/agent/host/cpu-ticks';
import { parseMeminfo } from '@nestwatch/agent/host/meminfo';
import { parsePressure } from '@nestwatch/agent/host/pressure';
import { parseProcessStat, TICKS_PER_SECOND } from '@nestwatch/agent/host/process-stat';
import { parseActivity } from '@nestwatch/agent/probes/context';
import { parseDiskstats } from '@nestwatch/agent/probes/disk';
import { parseLoadavg } from '@nestwatch/agent/probes/load';
import { parseVmstat } from '@nestwatch/agent/probes/memory';
import { parseSchedstat } from '@nestwatch/agent/probes/run-delay';
import type { Metric } from './metrics.ts';

/** Text of a file below the fixtures, such as "proc/stat". */
export type Read = (path: string) => string;

/** What our parsers say for a sample of node_exporter; undefined where they say nothing of it. */
export type Ours = (metric: Metric) => number | undefined;

/** Samples whose names match are this field's, and are asked of these parsers. */
export interface Field {
  readonly field: string;
  readonly names: RegExp;
  readonly read: (read: Read) => Ours;
}

const NS = 1e9;
const US = 1e6;

export const FIELDS: readonly Field[] = [
  {
    field: 'CPU time',
    names: /^node_cpu_(guest_)?seconds_total$/,
    read: (read) => {
      const ticks = parseCpuTicks(read('proc/stat'))?.counters ?? {};
      return ({ name, labels: { cpu, mode } }) => {
        const state = name.includes('guest') ? (mode === 'nice' ? 'guest_nice' : 'guest') : mode;
        return scaled(ticks[`cpu${cpu}.${state}`], 1 / TICKS_PER_SECOND);
      };
    },
  },
  {
    field: 'activity',
    names: /^node_(context_switches|intr|forks|softirqs)_total$|^node_procs_/,
    read: (read) => {
      const { counters = {}, running, blocked } = parseActivity(read('proc/stat')) ?? {};
      const single: Readonly<Record<string, number | undefined>> = {
        node_context_switches_total: counters['ctxt'],
        node_intr_total: counters['intr'],
        node_forks_total: counters['processes'],
        node_procs_running: running,
        node_procs_blocked: blocked,
      };
      return ({ name, labels: { vector = '' } }) =>
        name in single
          ? single[name]
          : counters[`softirq.${vector === 'block_iopoll' ? 'irq_poll' : vector}`];
    },
  },
  {
    field: 'load',
    names: /^node_load\d+$/,
    read: (read) => {
      const { load1, load5, load15 } = parseLoadavg(read('proc/loadavg')) ?? {};
      const loads: Readonly<Record<string, number | null | undefined>> = {
        node_load1: load1,
        node_load5: load5,
        node_load15: load15,
      };
      return ({ name }) => loads[name] ?? undefined;
    },
  },
  {
    field: 'memory',
    names: /^node_memory_(?!numa)/,
    read: (read) => {
      const lines = [...parseMeminfo(read('proc/meminfo'))];
      const named = new Map(lines.map(([name, value]) => [name.replace(/\((\w+)\)/, '_$1'), value]));
      return ({ name }) => named.get(name.replace(/^node_memory_(.*?)(_bytes)?$/, '$1'));
    },
  },
  {
    field: 'paging',
    // What a machine reads and writes in pages, we take from its disks.
    names: /^node_vmstat_(?!pgpg)/,
    read: (read) => {
      const counters = parseVmstat(read('proc/vmstat')) ?? {};
      return ({ name }) => counters[name.slice('node_vmstat_'.length)];
    },
  },
  {
    field: 'disks',
    names:
      /^node_disk_(reads_completed|read_bytes|read_time|writes_completed|written_bytes|write_time|io_now|io_time|flush)/,
    read: (read) => {
      const disks = parseDiskstats(read('proc/diskstats'));
      return ({ name, labels: { device = '' } }) => {
        const [counter = '', scale = 1] = DISK[name] ?? [];
        return scaled(disks?.get(device)?.[counter], scale);
      };
    },
  },
  {
    field: 'pressure',
    names: /^node_pressure_(cpu|memory|io)/,
    read: (read) => {
      return ({ name }) => {
        const [, resource = '', kind] = /^node_pressure_(\w+)_(waiting|stalled)_/.exec(name) ?? [];
        return scaled(
          parsePressure(read(`proc/pressure/${resource}`))[kind === 'stalled' ? 'full' : 'some'],
          1 / US,
        );
      };
    },
  },
  {
    field: 'waiting for CPUs',
    names: /^node_schedstat_/,
    read: (read) => {
      const counters = parseSchedstat(read('proc/schedstat'))?.counters ?? {};
      return ({ name, labels: { cpu } }) => {
        const [, kind = ''] = /^node_schedstat_(running|waiting|timeslices)/.exec(name) ?? [];
        const [column = '', scale = 1] = SCHEDSTAT[kind] ?? [];
        return scaled(counters[`cpu${cpu}.${column}`], scale);
      };
    },
  },
  {
    field: 'processes',
    names: /^node_processes_(state|threads|pids)$/,
    read: (read) => {
      const stats = ['1', '10', '11'].flatMap((pid) => parseProcessStat(read(`proc/${pid}/stat`)) ?? []);
      return ({ name, labels: { state } }) => {
        if (name.endsWith('_state')) return stats.filter((stat) => stat.state === state).length;
        const counts = stats.map((stat) => (name.endsWith('_threads') ? stat.number(20) : 1) ?? 0);
        return counts.reduce((sum, each) => sum + each, 0);
      };
    },
  },
];

const DISK: Readonly<Record<string, readonly [string, number]>> = {
  node_disk_reads_completed_total: ['reads', 1],
  node_disk_read_bytes_total: ['readSectors', 512],
  node_disk_read_time_seconds_total: ['readMs', 1e-3],
  node_disk_writes_completed_total: ['writes', 1],
  node_disk_written_bytes_total: ['writtenSectors', 512],
  node_disk_write_time_seconds_total: ['writeMs', 1e-3],
  node_disk_io_now: ['inFlight', 1],
  node_disk_io_time_seconds_total: ['busyMs', 1e-3],
  node_disk_io_time_weighted_seconds_total: ['queueMs', 1e-3],
  node_disk_flush_requests_total: ['flushes', 1],
  node_disk_flush_requests_time_seconds_total: ['flushMs', 1e-3],
};

const SCHEDSTAT: Readonly<Record<string, readonly [string, number]>> = {
  running: ['run', 1 / NS],
  waiting: ['wait', 1 / NS],
  timeslices: ['slices', 1],
};

function scaled(value: number | undefined, scale: number): number | undefined {
  return value === undefined ? undefined : value * scale;
}
