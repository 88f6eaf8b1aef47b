import { natsSettings } from '@nestwatch/common/config/connection';
import { influxSettings } from '../config/schema.ts';

/** Settings of the `nestwatch` command: where NATS and InfluxDB are. */
export const userSchema = { ...natsSettings, ...influxSettings } as const;

export type UserSchema = typeof userSchema;
