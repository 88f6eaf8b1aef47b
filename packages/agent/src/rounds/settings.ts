import type { Config } from '@nestwatch/common/config/load';
import {
  choice,
  decimal,
  durationMs,
  flag,
  integer,
  list,
  type Setting,
  structure,
  text,
} from '@nestwatch/common/config/setting';
import { SIZES } from '../benchmarks/benchmark.ts';
import { benchmarkNames, DEFAULT_BENCHMARKS } from '../benchmarks/names.ts';
import { parseInstallCommand, parseSchedules, type ScheduleEntry } from './config-structures.ts';
import { parseNetworks } from './payload/networks.ts';

/** The settings of scheduled benchmarks, for the agent's schema. */
export const benchmarkSettings = {
  'benchmarks.enabled': flag('Run benchmarks on schedule, and when an operator requests a round', {
    default: true,
  }),
  'benchmarks.cron': {
    ...text('When to run them, as a cron expression with 5 fields, or 6 with seconds first', {
      default: '0 */6 * * *',
      allowed: 'cron expression',
    }),
    check: (expression: string) => checkCron(expression, 'UTC'),
  },
  'benchmarks.run': listOf(
    benchmarkNames,
    list('Names of the benchmarks to run; see `nestwatch-agent bench --list`', {
      default: DEFAULT_BENCHMARKS,
    }),
  ),
  'benchmarks.size': choice(
    'Sizes: tiny for emulated labs, small fits a guest with 1 GB, full works on gigabytes',
    { default: 'small', choices: SIZES },
  ),
  'benchmarks.time-zone': {
    ...text('Time zone of the cron expressions; nodes of one lab must agree on it', { default: 'UTC' }),
    check: (zone: string) => checkCron('* * * * *', zone),
  },
  'benchmarks.jitter': durationMs('Longest random delay before a node asks for its turn', {
    default: 10_000,
    minMs: 0,
    maxMs: 3_600_000,
  }),
  'benchmarks.schedules': structure<readonly ScheduleEntry[]>(
    'Several schedules instead of one: a list of {cron, run, size, time-zone, jitter}; omitted members are as above',
    { default: [], type: 'list of schedules', parse: parseSchedules },
  ),
  'benchmarks.at-start': list('Names of the benchmarks to run once when the agent starts, at size tiny', {
    default: [],
  }),
  'benchmarks.window': durationMs('Length of a round; a node without a turn by then reports "skipped"', {
    default: 3_600_000,
    minMs: 1000,
    maxMs: 86_400_000,
  }),
  'benchmarks.coordinate': flag('Take turns with the other nodes of the lab; false disturbs their results', {
    default: true,
  }),
  'benchmarks.time-limit': durationMs('Time after which a benchmark is killed', {
    default: 1_200_000,
    minMs: 1000,
    maxMs: 86_400_000,
  }),
  'benchmarks.time-share': decimal('Share of the last 24 hours that scheduled benchmarks may take', {
    default: 0.1,
    min: 0.001,
    max: 1,
  }),
  'benchmarks.memory-share': decimal('Share of the memory that a benchmark may use', {
    default: 0.5,
    min: 0.01,
    max: 0.9,
  }),
  'benchmarks.disk-share': decimal('Share of the free disk space that a benchmark may use', {
    default: 0.25,
    min: 0.01,
    max: 0.9,
  }),
  'benchmarks.steal-limit': decimal('Share of stolen CPU time above which a result counts as disturbed', {
    default: 0.1,
    min: 0,
    max: 1,
  }),
  'benchmarks.pressure-limit': decimal(
    'Share of time in which tasks wait for CPU or memory (PSI) above which a result counts as disturbed',
    { default: 0.5, min: 0, max: 1 },
  ),
  'benchmarks.device': text('Block device or file that disk.read reads; by default the one below /', {
    default: '',
  }),
  'benchmarks.http-address': text('Address on which the payload of net.http is served during a round', {
    default: '0.0.0.0',
  }),
  'benchmarks.http-port': integer('Port for it; 0 takes a free one', { default: 0, min: 0, max: 65_535 }),
  'benchmarks.http-announce': list(
    'Further "address:port" at which other nodes reach that server, as through a forwarded port',
    { default: [] },
  ),
  'benchmarks.http-networks': listOf(
    parseNetworks,
    list(
      "Networks from which net.http may download, such as 10.60.0.0/16; by default all except loopback, link-local, special ones and this machine's own addresses",
      { default: [] },
    ),
  ),
  'benchmarks.http-rate': integer('Maximum bytes per second that it serves; 0 for no limit', {
    default: 0,
    min: 0,
    max: 100_000_000_000,
  }),
  'benchmarks.http-time-limit': durationMs('Time after which a transfer is aborted', {
    default: 300_000,
    minMs: 1000,
    maxMs: 3_600_000,
  }),
  'benchmarks.off': listOf(
    benchmarkNames,
    list('Names of benchmarks that this node never runs, such as guest.canary', {
      default: [],
    }),
  ),
  'benchmarks.canary': durationMs(
    'Interval of the canary, which boots the smallest guest. It also runs after a pause, a restore, and a change of the kernel or its modules',
    { default: 86_400_000, minMs: 60_000, maxMs: 30 * 86_400_000 },
  ),
  'benchmarks.canary-after': durationMs(
    "Time after the agent's start before which no canary runs, for machines that start their guests then",
    { default: 0, minMs: 0, maxMs: 86_400_000 },
  ),
  'benchmarks.qemu': text('QEMU that guest.canary and guest.install start; by default the installed one', {
    default: '',
  }),
  'benchmarks.kernel': text('Kernel that guest.install boots; by default the one that runs', { default: '' }),
  'benchmarks.iperf3-server': text('"host:port" of the iperf3 server for net.iperf3; empty for none', {
    default: '',
  }),
  'benchmarks.install': structure(
    'Command that installs a guest, for guest.install: {command, success, cleanup, limit}, each a list of words',
    { default: undefined, type: 'an install command', parse: parseInstallCommand },
  ),
} as const;

/** A list whose items must also pass a check that throws. */
function listOf(
  check: (items: readonly string[]) => unknown,
  setting: Setting<readonly string[]>,
): Setting<readonly string[]> {
  return {
    ...setting,
    parse(given) {
      const items = setting.parse(given);
      check(items);
      return items;
    },
  };
}

/** The cron library is loaded where an expression is configured, and otherwise when the agent has started. */
async function checkCron(expression: string, timeZone: string): Promise<void> {
  const { parseCron } = await import('./cron.ts');
  parseCron(expression, timeZone);
}

export type BenchmarkSettings = Config<typeof benchmarkSettings>;
