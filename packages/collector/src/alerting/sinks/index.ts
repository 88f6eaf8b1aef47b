import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '@nestwatch/common/log';
import { subjects } from '@nestwatch/proto';
import type { Store } from '../../influx/store.ts';
import { readAuthority } from '../authority.ts';
import type { AlertingConfig } from '../settings.ts';
import { targetSink } from '../targets/sink.ts';
import { createAlertmanager } from './alertmanager.ts';
import { createInfluxSink } from './influxdb.ts';
import { messageOfAlert } from './message.ts';
import { loginHeader, postJson } from './post.ts';
import type { Sink } from './sink.ts';

/** Everybody who is notified of alerts, as configured. */
export function createSinks(
  config: AlertingConfig,
  connection: NatsConnection,
  store: Pick<Store, 'write'>,
  log: Log,
): Sink[] {
  const callers = createCallers(config, (remark) => log.warn(`alerts: ${remark}`));
  return [createInfluxSink(store), createNatsSink(config, connection), ...callers];
}

/**
 * Those of them that are somewhere else: what calls people, and what can be away, or set wrong.
 * @param say told what somebody should know of what did arrive
 */
export function createCallers(config: AlertingConfig, say: (remark: string) => void): Sink[] {
  return [
    ...(config['alertmanager.url'].length > 0 ? [createAlertmanager(config)] : []),
    ...(config['webhook.url'] === '' ? [] : [createWebhook(config)]),
    ...config['notify'].map((target) => targetSink(target, config['page.url'], say)),
  ];
}

/** Publishes each alert as JSON on nestwatch.<lab>.alerts, for current subscribers. */
function createNatsSink(config: AlertingConfig, connection: NatsConnection): Sink {
  return {
    name: 'nats',
    leastSeverity: 'info',
    async notify(alert) {
      const message = messageOfAlert(alert, config['page.url']);
      connection.publish(subjects.alerts(alert.lab), JSON.stringify(message));
      await connection.flush();
    },
  };
}

/** Posts each alert as JSON. An answer with success means notified; `key` marks repetitions. */
function createWebhook(config: AlertingConfig): Sink {
  const headers = loginHeader({
    token: config['webhook.token'],
    user: config['webhook.username'],
    password: config['webhook.password'],
  });
  return {
    name: 'webhook',
    leastSeverity: config['webhook.least-severity'],
    notify(alert) {
      const to = { url: config['webhook.url'], headers, ca: readAuthority(config['webhook.ca']) };
      return postJson(to, messageOfAlert(alert, config['page.url']));
    },
  };
}
