import { column } from '../catalogue.ts';
import { type DashboardSpec, lines, log, states, table } from '../spec.ts';

export const lab: DashboardSpec = {
  title: 'Lab',
  description: 'The cascade at a glance: who hosts whom, what each machine can host, and what is wrong now.',
  range: '1h',
  refresh: '30s',
  items: [
    table('Layers', {
      how: 'One row for each machine, from the hypervisor (layer 0) downwards; `parent name` is the machine that runs it. Green is as it should be. `vs parent` is the worst slowdown of any benchmark against the parent within that time. A machine that is silent is paused, cut off or gone; `seen` says since when. Always the last three hours, because capability is reported hourly and at every change.',
      columns: [column('nestwatch_report', 'seq'), column('nestwatch_benchmark', 'vs_parent')],
      exceptions: { vs_parent: { aggregate: 'max', unit: 'suffix: x' } },
      always: '3h',
      split: ['layer', 'name', 'node', 'parent'],
      seen: 'nestwatch_report',
      // The parent's id joins the rows; its name is shown.
      hide: ['seq', 'parent'],
      size: [24, 10],
    }),
    table('Alerts', {
      how: 'What is wrong now: alerts that are pending or fire, with the likeliest cause. Empty is good. Those that are over are marks on every dashboard.',
      split: ['layer', 'name', 'node', 'rule', 'subject'],
      onlyAboveZero: column('nestwatch_alert', 'state'),
      sortBy: { column: 'severity', from: 'most' },
      size: [24, 8],
    }),
    states('Alive', {
      how: 'One band for each machine: filled while it reports. A hole is a time of more than two minutes in which nothing arrived; after a cut the agent sends what it kept, and the hole fills.',
      columns: [column('nestwatch_report', 'message_bytes')],
      aggregate: 'count',
      present: true,
      unit: 'short',
      split: ['layer', 'name', 'node'],
      size: [24, 9],
    }),
    lines('Boot time', {
      how: 'Time from the start of a guest at its parent to its first report, one point for each start. Each layer multiplies it.',
      sparse: true,
      scale: 'log',
      size: [24, 9],
    }),
    table('Guests', {
      how: 'Who hosts whom, as the parent sees it: one row for each virtual machine that runs on a machine of this lab. A guest without an agent shows up here only.',
      split: ['layer', 'name', 'node', 'guest'],
      size: [24, 9],
    }),
    table('Guests from outside', {
      how: 'What each virtual machine does, as its parent sees it: all that is known of those without an agent, such as Windows. *stands still*: no vCPU ran at all, so it is stopped or hangs. *spins*: it computes or hangs in a loop. *first rest* is how long it booted until it was calm for the first time, where the agent saw it start.',
      columns: [
        column('nestwatch_guest_usage', 'vcpu_run_ratio'),
        column('nestwatch_guest_usage', 'resident_bytes'),
      ],
      split: ['layer', 'name', 'node', 'guest'],
      size: [24, 9],
    }),
    log('Events', {
      how: 'What happened on the machines, newest first: starts, clock steps, pauses, children that came and went, trouble in the kernel. The same events are marks on every other dashboard.',
      size: [24, 10],
    }),
  ],
};
