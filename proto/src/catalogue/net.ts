import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const rate = (name: string, unit: Field['unit'], meaning: string, shown = false): Field => ({
  name,
  unit,
  kind: 'rate',
  meaning,
  ...(shown ? { panel: 'Node / Network' } : {}),
});

export const net: Measurement = {
  name: 'nestwatch_net',
  meaning:
    'Throughput, drops and errors of each network device that has hardware, real or virtual, behind it.',
  source: '/proc/net/dev',
  from: 'sample.net.devices',
  tags: ['device'],
  fields: [
    rate('received_bytes_per_second', 'bytes/s', 'Bytes received.', true),
    rate('sent_bytes_per_second', 'bytes/s', 'Bytes sent.', true),
    rate('received_packets_per_second', 'per second', 'Packets received.'),
    rate('sent_packets_per_second', 'per second', 'Packets sent.'),
    rate('received_drops_per_second', 'per second', 'Packets dropped on the way in.', true),
    rate('sent_drops_per_second', 'per second', 'Packets dropped on the way out.', true),
    rate('received_errors_per_second', 'per second', 'Packets that came in broken.'),
    rate('sent_errors_per_second', 'per second', 'Packets that could not be sent.'),
    resets,
  ],
};
