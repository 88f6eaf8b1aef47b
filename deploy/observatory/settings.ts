import { resolve } from 'node:path';
import type { CommandContext } from '@nestwatch/common/cli/program';
import type { Config } from '@nestwatch/common/config/load';
import { choice, decimal, durationMs, integer, list, text } from '@nestwatch/common/config/setting';
import { SUITES } from '../debian/suites.ts';
import { MAX_LAYERS } from '../lab/cascade/tree.ts';
import { top } from '../local/top.ts';
import { WORK_NAMES } from './works/list.ts';

/** The same for all kernels, so that only these differ: the oldest that emulates for all of them. */
export const USUAL_QEMU = '10.0';

/** Every setting of `npm run observe`. */
export const observeSchema = {
  layers: integer('How many machines deep', { default: MAX_LAYERS, min: 2, max: MAX_LAYERS }),
  qemu: list(
    'QEMU that runs the layers, guest0 on this machine: version or suite; for single ones guestN=VERSION',
    { default: [USUAL_QEMU] },
  ),
  scheduler: list(
    'Features of the scheduler that all layers switch before they count, as /sys/kernel/debug/sched/features has them: NO_HRTICK',
    { default: [] },
  ),
  works: list(`Pieces of work: ${WORK_NAMES.join(', ')}; ipi takes a boot of its own with two CPUs`, {
    default: [...WORK_NAMES],
  }),
  repeat: integer('How often each set of kernels is booted and counted', { default: 1, min: 1, max: 20 }),
  idle: durationMs('How long the deepest layer idles, by its own clock', {
    default: 30_000,
    minMs: 1000,
    maxMs: 600_000,
  }),
  speed: decimal('Lab seconds in one second of this machine', { default: 0.1, min: 0.01, max: 1 }),
  'boot.limit': durationMs(
    'Time of this machine that a layer has to come up, after which it counts as hung',
    {
      default: 420_000,
      minMs: 10_000,
      maxMs: 7_200_000,
    },
  ),
  'work.limit': durationMs('Time of this machine for one piece of work', {
    default: 240_000,
    minMs: 10_000,
    maxMs: 7_200_000,
  }),
  suite: choice('Debian suite of everything except kernels and QEMU', {
    default: 'bookworm',
    choices: SUITES,
  }),
  out: text('Folder for the results, a file for each set of kernels', {
    default: resolve(top, 'docs/evidence/observatory'),
  }),
  'data.dir': text('Folder for the consoles and the writable disks', {
    default: resolve(top, '.nestwatch/observe'),
  }),
  'cache.dir': text('Folder for the image that all layers boot from', {
    default: resolve(top, '.nestwatch/cache/lab'),
  }),
  'packages.dir': text('Folder for the Debian packages that the image is made of, unpacked', {
    default: resolve(top, '.nestwatch/cache/debian'),
  }),
} as const;

export type ObserveSchema = typeof observeSchema;
export type ObserveContext = CommandContext<ObserveSchema>;
export type ObserveConfig = Config<ObserveSchema>;
