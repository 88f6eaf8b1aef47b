import { KINDS, parseReportSubject } from '@nestwatch/proto';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { AgentMessage } from './decode.ts';

export interface IngestMetrics {
  /** Messages were taken from the stream, to be decoded and written. */
  received(messages: number): void;
  written(message: AgentMessage, points: number): void;
  dead(subject: string): void;
  unstorable(values: number): void;
  influx(reachable: boolean): void;
}

/** What ingest counts, as shown by GET /metrics. */
export function createIngestMetrics(registry: Registry): IngestMetrics {
  const registers = [registry];
  const received = new Counter({
    name: 'nestwatch_messages_received_total',
    help: 'Messages taken from the stream.',
    registers,
  });
  const messages = new Counter({
    name: 'nestwatch_messages_written_total',
    help: 'Messages whose points InfluxDB accepted.',
    labelNames: ['kind'],
    registers,
  });
  const points = new Counter({
    name: 'nestwatch_points_written_total',
    help: 'Points InfluxDB accepted.',
    registers,
  });
  const dead = new Counter({
    name: 'nestwatch_messages_dead_total',
    help: 'Messages that could not be taken in and went to the dead-letter stream.',
    labelNames: ['kind'],
    registers,
  });
  const unstorable = new Counter({
    name: 'nestwatch_values_unstorable_total',
    help: 'Values left out because InfluxDB cannot store them: NaN and the infinities.',
    registers,
  });
  const up = new Gauge({
    name: 'nestwatch_influx_up',
    help: '1 when the last write to InfluxDB was accepted.',
    registers,
  });
  // Looking a label up costs more than counting, and this runs for every message.
  const ofKind = Object.fromEntries(KINDS.map((kind) => [kind, messages.labels({ kind })]));
  return {
    received: (taken) => received.inc(taken),
    written({ kind }, lines) {
      ofKind[kind]?.inc();
      points.inc(lines);
    },
    dead: (subject) => dead.inc({ kind: parseReportSubject(subject)?.kind ?? 'unknown' }),
    unstorable: (values) => unstorable.inc(values),
    influx: (reachable) => up.set(reachable ? 1 : 0),
  };
}
