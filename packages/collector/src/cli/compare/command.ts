import type { Command } from '@nestwatch/common/cli/program';
import type { UserSchema } from '../settings.ts';

/** How `nestwatch compare` is called. */
export const compareCommand: Command<UserSchema> = {
  meaning:
    'compare two spans of a lab, two labs or two environments: what became slower, by how much, and what differs',
  usage: '[LAB] --before DATE | --kernel A --kernel B | --lab A --lab B',
  options: {
    before: false,
    after: false,
    lab: 'many',
    kernel: 'many',
    hypervisor: 'many',
    clocksource: 'many',
    cpu: 'many',
    nodejs: 'many',
    of: false,
    span: false,
    benchmark: false,
    'fail-above': false,
    json: true,
    markdown: true,
    html: false,
  },
  optionMeanings: {
    before:
      'compare results before this moment with those after it: 2026-11-20, 2026-11-20T06:00 (UTC), or 3d ago',
    after: 'use results from this later moment on, and skip those in between',
    lab: 'compare two labs (give it twice): the second with the first',
    kernel: 'compare two kernels (give it twice), such as 6.1 and 6.12, of the node or a machine above it',
    hypervisor: "the same for the hypervisor that DMI shows, such as QEMU's machine type: 7.2 and 10.0",
    clocksource: 'the same for clocksources, such as tsc and kvm-clock',
    cpu: 'the same for CPU models',
    nodejs: 'the same for versions of Node.js',
    of: 'node (id or name) whose kernel, hypervisor, clocksource, CPU or Node.js counts for all nodes',
    span: 'length of each side (default 30d)',
    benchmark: 'only this benchmark or probe, such as "cpu.sha256"',
    'fail-above': 'exit code 3 if something takes more than this many times as long, such as 1.3',
    json: 'print JSON',
    markdown: 'print Markdown',
    html: 'write one HTML file with charts, to mail or print',
  },
  run: async (context) => (await import('../compare.ts')).compare(context),
};
