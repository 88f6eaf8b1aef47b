import type { CommandContext } from '@nestwatch/common/cli/program';
import { natsSettings } from '@nestwatch/common/config/connection';
import { influxSettings } from '../influx/settings.ts';
import { shardsFileSetting } from '../shards/settings.ts';

/** Settings of the `nestwatch` command: where NATS and InfluxDB are. */
export const userSchema = { ...natsSettings, ...influxSettings, ...shardsFileSetting } as const;

export type UserSchema = typeof userSchema;

/** What an option was given; undefined for an empty text, and when it was not given. */
export function textOption({ options }: CommandContext<UserSchema>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
