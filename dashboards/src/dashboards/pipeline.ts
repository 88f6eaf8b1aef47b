import { column } from '../catalogue.ts';
import { type DashboardSpec, lines, states, table } from '../spec.ts';

export const pipeline: DashboardSpec = {
  title: 'Pipeline',
  description: 'Reliability of the figures: delivery, gaps, clocks, and the collector itself.',
  range: '6h',
  refresh: '30s',
  items: [
    { row: 'Delivery' },
    lines('Delivery', {
      how: 'Messages of each kind per interval, and their size. A line that ends is a silent machine. A peak after a gap is an agent that caught up.',
      size: [24, 9],
    }),
    lines('Gaps', {
      how: 'Sequence numbers that are missing now. A gap that closes was a late message. A gap that remains counts as lost when the run of the agent is over. Lost must always be zero.',
      columns: [column('nestwatch_delivery', 'gaps'), column('nestwatch_delivery', 'lost')],
      aggregate: 'max',
    }),
    lines('Dead letters and drops', {
      how: 'Messages that could not be processed (kept as dead letters with the reason), that an outbox dropped at its limits, or that arrived after the retention time of InfluxDB.',
      columns: [
        column('nestwatch_delivery', 'dead'),
        column('nestwatch_delivery', 'dropped'),
        column('nestwatch_delivery', 'expired'),
      ],
      aggregate: 'max',
    }),
    lines('Beyond bounds', {
      how: 'How often nodes exceeded their limits since the start of each collector: messages set aside, truncated dead letters, keys, odd times, late points. Normally empty. A rising line is a broken or hostile node. It does not affect other nodes; `nestwatch status` shows the reason.',
      aggregate: 'max',
    }),
    { row: 'Collector' },
    lines('Lag', {
      how: 'Time from the creation of a report to its acceptance by InfluxDB, for each collector; logarithmic. Usually well below a second. If the median rises, the collector or InfluxDB cannot keep up. If only the maximum is high, an agent sends what it stored during an outage.',
      scale: 'log',
    }),
    lines('Waiting in the stream', {
      how: 'Messages that no collector has written yet. A few are normal. If the line rises and stays, the collector is too slow or InfluxDB is down: start another collector, or check InfluxDB. No message is lost in the meantime.',
      aggregate: 'max',
    }),
    lines('Messages taken in', {
      how: 'Messages per interval that were received, written and set aside, and the write requests (batches). Written divided by batches is the batch size, which grows when the lab is busy. If received stays above written, InfluxDB refuses messages.',
    }),
    lines('Writes to InfluxDB', {
      how: 'Duration of a request, and failed requests (right axis). Milliseconds are normal; with a median of seconds, check the disk and memory of InfluxDB. Failures together with a gap in all panels mean that the server was down.',
    }),
    lines('Collector process', {
      how: 'CPU and memory (right axis) of each collector. Memory is flat after the first minutes. A CPU share near one is the limit of one collector: start another one, and they share the work.',
    }),
    table('Collectors', {
      how: 'Last state of each collector that wrote within the time range. If watching is on, exactly one of them watches. A reset uptime is a restart.',
      sortBy: { column: 'collector', from: 'least' },
    }),
    states('Collector alive', {
      how: 'One band for each collector: whether it reads the stream. In a gap it wrote nothing: the collector or InfluxDB was down.',
      columns: [column('nestwatch_collector', 'reads_stream')],
      size: [24, 6],
    }),
    { row: 'Clocks' },
    lines('Clock skew', {
      how: "The node's wall clock minus the collector's. Above two seconds, points get the collector's time instead, so their order stays right.",
    }),
    lines('Clock rate', {
      how: 'Seconds at the collector per second of the node: 1 is normal. Far from 1, the machine is paused repeatedly, or runs in slow motion on purpose.',
      unit: 'none',
    }),
  ],
};
