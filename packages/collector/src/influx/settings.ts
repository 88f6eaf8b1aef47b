import type { Config } from '@nestwatch/common/config/load';
import { choice, durationMs, flag, optional, text } from '@nestwatch/common/config/setting';

const DAY_MS = 86_400_000;
const LONGEST_MS = 36_500 * DAY_MS;

/** Where InfluxDB is, and how to speak to it. Shared by the collector and the commands that read from it. */
export const influxSettings = {
  'influx.url': text('Address of InfluxDB', {
    default: 'http://127.0.0.1:8086',
    env: ['INFLUX_URL'],
    pattern: /^https?:\/\/\S+$/,
    allowed: 'an address such as http://127.0.0.1:8086',
  }),
  'influx.api': choice('Write path: v1 is /write (InfluxDB 1.x), v2 is /api/v2/write; auto asks the server', {
    choices: ['auto', 'v1', 'v2'],
    default: 'auto',
  }),
  'influx.database': text('Database of InfluxDB 1.x', { default: 'nestwatch', env: ['INFLUX_DATABASE'] }),
  'influx.username': text('User of InfluxDB 1.x; empty for none', { default: '', env: ['INFLUX_USERNAME'] }),
  'influx.password': text('Password of InfluxDB 1.x', {
    default: '',
    env: ['INFLUX_PASSWORD'],
    secret: true,
  }),
  'influx.org': text('Organisation of InfluxDB 2.x', { default: 'nestwatch', env: ['INFLUX_ORG'] }),
  'influx.bucket': optional(
    text('Bucket of InfluxDB 2.x; by default named like the database', {
      default: '',
      env: ['INFLUX_BUCKET'],
    }),
  ),
  'influx.token': text('Token of InfluxDB 2.x', { default: '', env: ['INFLUX_TOKEN'], secret: true }),
  'influx.ca': text('File with the certificate authority that signed the certificate of InfluxDB', {
    default: '',
  }),
  'influx.timeout': durationMs('Timeout of a request', {
    default: 10_000,
    minMs: 100,
    maxMs: 300_000,
  }),
} as const;

export type InfluxConfig = Config<typeof influxSettings>;

/** How long InfluxDB keeps what. */
export const retentionSettings = {
  'retention.raw': durationMs('How long every point is kept; 0d leaves the database as it is', {
    default: 30 * DAY_MS,
    minMs: 0,
    maxMs: LONGEST_MS,
  }),
  'retention.long': durationMs(
    'How long thinned-out points are kept, in a second database named <database>_long; 0d for none',
    { default: 400 * DAY_MS, minMs: 0, maxMs: LONGEST_MS },
  ),
  'retention.adopt': flag(
    'Also set retention in a database or bucket that nestwatch did not create, or whose retention somebody changed; never in one with measurements of others',
    { default: false },
  ),
  'retention.step': durationMs('Interval of thinned-out points', {
    default: 600_000,
    minMs: 60_000,
    maxMs: DAY_MS,
  }),
} as const;

/** How long InfluxDB is to keep what, and whose buckets they are. */
export type RetentionConfig = Config<typeof retentionSettings> & Pick<InfluxConfig, 'influx.org'>;
