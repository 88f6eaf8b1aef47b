import { column } from '../catalogue.ts';
import { type DashboardSpec, lines, states, table } from '../spec.ts';

export const pipeline: DashboardSpec = {
  title: 'Pipeline',
  description: 'Whether the figures can be trusted: delivery, gaps, clocks, and the collector itself.',
  range: '6h',
  refresh: '30s',
  items: [
    { row: 'Delivery' },
    lines('Delivery', {
      how: 'Messages of each kind taken in per interval, and their size. A line that ends is a silent machine; a peak after a hole is an agent that caught up.',
      size: [24, 9],
    }),
    lines('Gaps', {
      how: 'Sequence numbers that are missing now. A gap that goes is a message that came late; what stays becomes lost, once the run of the agent is over. Lost should be zero for ever.',
      columns: [column('nestwatch_delivery', 'gaps'), column('nestwatch_delivery', 'lost')],
      aggregate: 'max',
    }),
    lines('Dead letters and drops', {
      how: 'Messages that could not be taken in, kept aside with the reason, those that an outbox let go by policy, and those that came later than InfluxDB keeps points.',
      columns: [
        column('nestwatch_delivery', 'dead'),
        column('nestwatch_delivery', 'dropped'),
        column('nestwatch_delivery', 'expired'),
      ],
      aggregate: 'max',
    }),
    lines('Beyond bounds', {
      how: 'What nodes had more of than they may, since the start of each collector: messages that were set aside, letters not kept whole, keys, odd times, late points. Nothing is usual. A line that climbs is a node that is broken or hostile, and costs the others nothing; `nestwatch status` says why.',
      aggregate: 'max',
    }),
    { row: 'Collector' },
    lines('Lag', {
      how: 'Time from the making of a report to its acceptance by InfluxDB, for each collector; logarithmic. Well below a second is usual. A median that rises says that the collector or InfluxDB cannot keep up; only a high maximum is an agent that sends what it kept during a cut.',
      scale: 'log',
    }),
    lines('Waiting in the stream', {
      how: 'Messages that no collector has written yet. A few at any moment is usual. A line that rises and stays is a collector that is too slow, or an InfluxDB that is away: start another collector, or see to InfluxDB. Nothing is lost meanwhile.',
      aggregate: 'max',
    }),
    lines('Messages taken in', {
      how: 'Messages per interval taken from the stream, written and set aside, and the requests that carried them: written over batches is the size of a batch, which grows when the lab is busy. Received above written for long means that InfluxDB refuses.',
    }),
    lines('Writes to InfluxDB', {
      how: "Time that one request takes, and requests that failed (right axis). Milliseconds are usual; a median of seconds is InfluxDB's disk or memory. Failures that come with a hole everywhere are a server that was away.",
    }),
    lines('Collector process', {
      how: 'CPU and memory (right axis) of each collector. Memory is flat after the first minutes, whatever passes through; a CPU share near one is the limit of one collector: start another, they share the work.',
    }),
    table('Collectors', {
      how: 'Each collector that wrote within the time range, as it said last. Exactly one of them watches, when watching is on. An uptime that begins anew is a restart.',
      sortBy: { column: 'collector', from: 'least' },
    }),
    states('Collector alive', {
      how: 'One band for each collector: whether it reads the stream. A hole is a time in which it wrote nothing: it was down, or InfluxDB was away.',
      columns: [column('nestwatch_collector', 'reads_stream')],
      size: [24, 6],
    }),
    { row: 'Clocks' },
    lines('Clock skew', {
      how: "The node's wall clock minus the collector's. Beyond two seconds points are placed by the lab's time instead, so they still stand in the right order.",
    }),
    lines('Clock rate', {
      how: 'Seconds that pass at the collector in one second of the node: 1 is normal. Far from 1, the machine is paused again and again, or runs in slow motion on purpose.',
      unit: 'none',
    }),
  ],
};
