import { KINDS, parseReportSubject } from '@nestwatch/proto';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { AgentMessage } from './decode.ts';

export type IngestMetrics = ReturnType<typeof createIngestMetrics>;

/** What ingest counts, as shown by GET /metrics. */
export function createIngestMetrics(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const received = counter('nestwatch_messages_received_total', 'Messages taken from the stream.');
  const messages = counter('nestwatch_messages_written_total', 'Messages whose points InfluxDB accepted.', [
    'kind',
  ]);
  const points = counter('nestwatch_points_written_total', 'Points InfluxDB accepted.');
  const dead = counter(
    'nestwatch_messages_dead_total',
    'Messages that could not be processed and went to the dead-letter stream.',
    ['kind'],
  );
  const expired = counter(
    'nestwatch_messages_expired_total',
    'Messages older than the retention of InfluxDB. They are confirmed but not stored.',
    ['kind'],
  );
  const unstorable = counter(
    'nestwatch_values_unstorable_total',
    'Values left out because InfluxDB cannot store them: NaN and the infinities.',
  );
  const letterLost = counter(
    'nestwatch_letters_lost_total',
    'Messages that could neither be processed nor set aside. They are lost.',
  );
  const help = '1 when the last write to InfluxDB was accepted.';
  const up = new Gauge({ name: 'nestwatch_influx_up', help, registers });
  // Looking a label up costs more than counting, and this runs for every message.
  const ofKind = Object.fromEntries(KINDS.map((kind) => [kind, messages.labels({ kind })]));
  return {
    /** Messages were taken from the stream, to be decoded and written. */
    received: (taken: number) => received.inc(taken),
    written({ kind }: AgentMessage, lines: number): void {
      ofKind[kind]?.inc();
      points.inc(lines);
    },
    dead: (subject: string) => dead.inc({ kind: parseReportSubject(subject)?.kind ?? 'unknown' }),
    expired: ({ kind }: AgentMessage) => expired.inc({ kind }),
    unstorable: (values: number) => unstorable.inc(values),
    letterLost: () => letterLost.inc(),
    influx: (reachable: boolean) => up.set(reachable ? 1 : 0),
  };
}
