import { resolve } from 'node:path';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import { text } from '@nestwatch/common/config/setting';
import { ID_PATTERN } from '@nestwatch/proto';
import { natsServerSetting } from '../nats-server/for-programs.ts';
import { top } from './top.ts';

export const labName = (meaning: string, usual: string) =>
  text(meaning, { default: usual, pattern: ID_PATTERN, allowed: 'letters, digits, "_" and "-"' });

/** Every setting of `npm start`. */
export const startSchema = {
  lab: labName('Name of the lab this machine reports as', 'local'),
  'data.dir': text('Folder for the data of the servers, the logs and the agent', {
    default: resolve(top, '.nestwatch/start'),
  }),
  'nats.server': natsServerSetting,
  ...influxSettings,
} as const;

export type StartSchema = typeof startSchema;
