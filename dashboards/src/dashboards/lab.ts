import { column } from '../catalogue.ts';
import { type DashboardSpec, lines, log, states, table } from '../spec.ts';

export const lab: DashboardSpec = {
  title: 'Lab',
  description:
    'The cascade at a glance: which machine hosts which, what each can host, and current problems.',
  range: '1h',
  refresh: '30s',
  items: [
    table('Layers', {
      how: 'One row for each machine, from the hypervisor (layer 0) downwards; `parent name` is the machine that runs it. Green is good. `vs parent` is the worst slowdown of any benchmark against the parent within that time. A silent machine is paused, disconnected or gone; `seen` shows since when. The panel always covers the last three hours, because capability is reported hourly and at every change.',
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
      how: 'Current problems: pending and firing alerts, with the most likely cause. Empty is good. Resolved alerts are marks on every dashboard.',
      split: ['layer', 'name', 'node', 'rule', 'subject'],
      onlyAboveZero: column('nestwatch_alert', 'state'),
      sortBy: { column: 'severity', from: 'most' },
      size: [24, 8],
    }),
    states('Alive', {
      how: 'One band for each machine, filled while it reports. A gap is a time of more than two minutes without a report. After a network outage the agent sends its stored messages, and the gap fills.',
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
      how: 'Guests as their parents see them: one row for each virtual machine on a machine of this lab. Guests without an agent appear only here.',
      split: ['layer', 'name', 'node', 'guest'],
      size: [24, 9],
    }),
    table('Guests from outside', {
      how: 'What each virtual machine does, as its parent sees it. For guests without an agent, such as Windows, this is all that is known. *stands still*: no vCPU ran, so it is stopped or hangs. *spins*: it computes or hangs in a loop. *first rest* is the time from its start until its vCPUs first rested, if the agent saw it start.',
      columns: [
        column('nestwatch_guest_usage', 'vcpu_run_ratio'),
        column('nestwatch_guest_usage', 'resident_bytes'),
      ],
      split: ['layer', 'name', 'node', 'guest'],
      size: [24, 9],
    }),
    log('Events', {
      how: 'Events of the machines, newest first: starts, clock steps, pauses, started and stopped guests, kernel trouble. The same events are marks on every other dashboard.',
      size: [24, 10],
    }),
  ],
};
