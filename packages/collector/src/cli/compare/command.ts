import type { Command } from '@nestwatch/common/cli/program';
import type { UserSchema } from '../settings.ts';

/** How `nestwatch compare` is called. */
export const compareCommand: Command<UserSchema> = {
  meaning:
    'two spans of a lab, two labs or two environments: what became slower, by how much, and what differs',
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
      'results before this moment, against those after it: 2026-11-20, 2026-11-20T06:00 (UTC), or 3d ago',
    after: 'results from this later moment on instead, leaving out what is between',
    lab: 'two labs (give it twice): the second against the first',
    kernel:
      'results under two kernels (give it twice), such as 6.1 and 6.12: of the node, else of a machine above it',
    hypervisor: "the same by what DMI says of the hypervisor, such as QEMU's machine type: 7.2 and 10.0",
    clocksource: 'the same by clocksource, such as tsc and kvm-clock',
    cpu: 'the same by CPU model',
    nodejs: 'the same by the version of Node.js',
    of: 'whose kernel and so on counts (id or name), for all nodes',
    span: 'how far each side reaches (default 30d)',
    benchmark: 'only this benchmark or probe, such as "cpu.sha256"',
    'fail-above': 'end with exit code 3 when something takes more than so many times as long, such as 1.3',
    json: 'print JSON',
    markdown: 'print Markdown',
    html: 'write one HTML file with charts, for mailing and printing',
  },
  run: async (context) => (await import('../compare.ts')).compare(context),
};
