import { LOG_LEVELS } from '../log.ts';
import type { Config } from './load.ts';
import { choice, text } from './setting.ts';

/** Settings that every program that talks to NATS has. */
export const natsSettings = {
  'nats.url': text('Address of NATS; several, separated by commas, for a cluster', {
    default: 'nats://127.0.0.1:4222',
    env: ['NATS_URL'],
    pattern: /^(nats|tls|ws|wss):\/\/\S+$|^[\w.-]+(:\d+)?(,|$)/,
    allowed: 'an address such as nats://127.0.0.1:4222',
  }),
  'nats.nkey': text('File with the NKey seed of this program', { default: '' }),
  'nats.creds': text('Credentials file (JWT and NKey seed), for a server in operator mode', { default: '' }),
  'nats.token': text('Token, if the server requires one', { default: '', secret: true }),
  'nats.user': text('User name, if the server requires one', { default: '' }),
  'nats.password': text('Password of that user', { default: '', secret: true }),
  'nats.ca': text('File with the certificate authority that signed the certificate of NATS', { default: '' }),
  'nats.cert': text('File with the certificate of this program, if the server requires one', { default: '' }),
  'nats.key': text('File with the private key of that certificate', { default: '' }),
} as const;

export type NatsConfig = Config<typeof natsSettings>;

/** Settings of the log, which goes to standard error. */
export const logSettings = {
  'log.level': choice('Lowest level of log lines that are written', { choices: LOG_LEVELS, default: 'info' }),
  'log.format': choice('Format of log lines', { choices: ['text', 'json'], default: 'text' }),
} as const;
