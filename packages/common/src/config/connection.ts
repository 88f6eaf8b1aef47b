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
  'nats.nkey': text('File with the NKey seed that this program proves itself with', { default: '' }),
  'nats.creds': text('Credentials file (JWT and NKey seed), where the server uses accounts', { default: '' }),
  'nats.token': text('Token, where the server asks for one', { default: '', secret: true }),
  'nats.user': text('User name, where the server asks for one', { default: '' }),
  'nats.password': text('Password of that user', { default: '', secret: true }),
  'nats.ca': text('File with the certificate authority that signed the certificate of NATS', { default: '' }),
  'nats.cert': text('File with a certificate of this program, where the server wants one', { default: '' }),
  'nats.key': text('File with the private key of that certificate', { default: '' }),
} as const;

export type NatsConfig = Config<typeof natsSettings>;

/** Settings of the log, which goes to standard error. */
export const logSettings = {
  'log.level': choice('Least severe lines that are written', { choices: LOG_LEVELS, default: 'info' }),
  'log.format': choice('Form of a line', { choices: ['text', 'json'], default: 'text' }),
} as const;
