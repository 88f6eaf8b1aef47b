import type { NatsConnection } from '@nats-io/transport-node';
import { subjects } from '@nestwatch/proto';
import { messageOfAlert } from './message.ts';
import type { Sink } from './sink.ts';

/** Publishes each alert as JSON on nestwatch.<lab>.alerts, for whoever listens then. */
export function createNatsSink(connection: NatsConnection): Sink {
  return {
    name: 'nats',
    leastSeverity: 'info',
    async notify(alert) {
      connection.publish(subjects.alerts(alert.lab), JSON.stringify(messageOfAlert(alert)));
      await connection.flush();
    },
  };
}
