import { natsSettings } from '@nestwatch/common/config/connection';
import { influxSettings } from '../influx/settings.ts';

/** Settings of the `nestwatch` command: where NATS and InfluxDB are. */
export const userSchema = { ...natsSettings, ...influxSettings } as const;

export type UserSchema = typeof userSchema;
