import { resolve } from 'node:path';
import { benchmarkSettings } from '@nestwatch/agent/rounds/settings';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import type { CommandContext } from '@nestwatch/common/cli/program';
import type { Config } from '@nestwatch/common/config/load';
import { choice, decimal, durationMs, integer, list, optional, text } from '@nestwatch/common/config/setting';
import { SUITES, type Suite } from '../debian/suites.ts';
import { labName } from '../local/settings.ts';
import { top } from '../local/top.ts';
import { natsServerSetting } from '../nats-server/for-programs.ts';
import { SLOW_KINDS } from './cascade/slow.ts';
import { MAX_LAYERS, treeOf, treeSetting } from './cascade/tree.ts';
import type { Versions } from './image/layer-packages.ts';
import { parseByLayer, parseWanted } from './versions/wanted.ts';

/** Every setting of `npm run lab`. */
export const labSchema = {
  lab: labName('Name of the lab', 'cascade'),
  layers: integer('How many machines deep', { default: MAX_LAYERS, min: 1, max: MAX_LAYERS }),
  tree: treeSetting,
  accel: choice('What guest0 runs on: emulation works everywhere, kvm takes hardware with VT-x or AMD-V', {
    default: 'tcg',
    choices: ['tcg', 'kvm'],
  }),
  speed: optional(
    decimal('Lab seconds per second of this machine; by default 0.1, less if it is busy, 1 with kvm', {
      default: 0.1,
      min: 0.01,
      max: 1,
    }),
  ),
  slow: list(`Machines to make slower, as guestN=KIND; kinds: ${Object.keys(SLOW_KINDS).join(', ')}`, {
    default: [],
  }),
  interval: durationMs('Time between two samples of an agent, by its own slow clock', {
    default: 1000,
    minMs: 1000,
    maxMs: 3_600_000,
  }),
  benchmarks: list('Benchmarks that every layer runs once, at size tiny', {
    default: ['cpu.sha256', 'exit.cpuid'],
  }),
  schedule: {
    ...benchmarkSettings['benchmarks.cron'],
    meaning: 'When the layers run benchmarks later on, as a cron expression with 5 fields, in UTC',
  },
  'layer.limit': optional(
    durationMs(
      'Time limit of each step of a layer: its kernel and each first report; by default 5m, more on a busy machine',
      { default: 300_000, minMs: 1000, maxMs: 3_600_000 },
    ),
  ),
  'keep-logs': text('Folder for copies of all logs and consoles at the end', { default: '' }),
  suite: choice("Debian suite of the layers; own: this machine's own package sources", {
    default: 'bookworm',
    choices: [...SUITES, 'own'],
  }),
  kernel: list('Kernel of the layers: version, suite or PACKAGE/SUITE; for single ones guestN=VERSION', {
    default: [],
  }),
  'spare-kernels': list('Additional kernels for restarts of a layer: versions, suites or PACKAGE/SUITE', {
    default: [],
  }),
  qemu: list(
    'QEMU that runs the layers, guest0 on this machine: version or suite; for single ones guestN=VERSION',
    {
      default: [],
    },
  ),
  'data.dir': text('Folder for the data of the servers, the consoles and the writable disks', {
    default: resolve(top, '.nestwatch/lab'),
  }),
  'cache.dir': text('Folder for the image that all layers boot from', {
    default: resolve(top, '.nestwatch/cache/lab'),
  }),
  'packages.dir': text('Folder for the Debian packages that the image is made of, unpacked', {
    default: resolve(top, '.nestwatch/cache/debian'),
  }),
  'start.dir': text('Folder of "npm start": when that runs, its servers are used', {
    default: resolve(top, '.nestwatch/start'),
  }),
  'nats.server': natsServerSetting,
  ...influxSettings,
} as const;

export type LabSchema = typeof labSchema;
export type LabContext = CommandContext<LabSchema>;
export type LabConfig = Config<LabSchema>;

/** @throws UsageError naming what is allowed */
export function versionsOf(config: LabConfig): Versions {
  const { suite, kernel, qemu } = config;
  const layers = treeOf(config).length;
  return {
    suite: suite === 'own' ? undefined : (suite as Suite),
    kernels: parseByLayer(kernel, layers),
    qemus: parseByLayer(qemu, layers),
    spareKernels: config['spare-kernels'].map(parseWanted),
  };
}
