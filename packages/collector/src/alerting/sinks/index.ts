import type { NatsConnection } from '@nats-io/transport-node';
import type { Store } from '../../influx/store.ts';
import type { AlertingConfig } from '../settings.ts';
import { createAlertmanager } from './alertmanager.ts';
import { createInfluxSink } from './influxdb.ts';
import { createNatsSink } from './nats.ts';
import type { Sink } from './sink.ts';
import { createWebhook } from './webhook.ts';

/** Everybody who is notified of alerts, as configured. */
export function createSinks(
  config: AlertingConfig,
  connection: NatsConnection,
  store: Pick<Store, 'write'>,
): Sink[] {
  const sinks = [createInfluxSink(store), createNatsSink(connection)];
  const alertmanagers = config['alertmanager.url'];
  if (alertmanagers.length > 0) {
    const severity = config['alertmanager.least-severity'];
    sinks.push(createAlertmanager(alertmanagers, config['alertmanager.token'], severity));
  }
  const hook = config['webhook.url'];
  if (hook !== '') sinks.push(createWebhook(hook, config['webhook.token'], config['webhook.least-severity']));
  return sinks;
}
