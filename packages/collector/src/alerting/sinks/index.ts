import type { NatsConnection } from '@nats-io/transport-node';
import { subjects } from '@nestwatch/proto';
import type { Store } from '../../influx/store.ts';
import type { AlertingConfig } from '../settings.ts';
import { createAlertmanager } from './alertmanager.ts';
import { createInfluxSink } from './influxdb.ts';
import { messageOfAlert } from './message.ts';
import { postJson } from './post.ts';
import type { Sink } from './sink.ts';

/** Everybody who is notified of alerts, as configured. */
export function createSinks(
  config: AlertingConfig,
  connection: NatsConnection,
  store: Pick<Store, 'write'>,
): Sink[] {
  const sinks = [createInfluxSink(store), createNatsSink(connection)];
  if (config['alertmanager.url'].length > 0) sinks.push(createAlertmanager(config));
  if (config['webhook.url'] !== '') sinks.push(createWebhook(config));
  return sinks;
}

/** Publishes each alert as JSON on nestwatch.<lab>.alerts, for whoever listens then. */
function createNatsSink(connection: NatsConnection): Sink {
  return {
    name: 'nats',
    leastSeverity: 'info',
    async notify(alert) {
      connection.publish(subjects.alerts(alert.lab), JSON.stringify(messageOfAlert(alert)));
      await connection.flush();
    },
  };
}

/** Posts each alert as JSON. Whoever answers with a success was notified; `key` tells repetitions. */
function createWebhook(config: AlertingConfig): Sink {
  return {
    name: 'webhook',
    leastSeverity: config['webhook.least-severity'],
    notify: (alert) => postJson(config['webhook.url'], config['webhook.token'], messageOfAlert(alert)),
  };
}
