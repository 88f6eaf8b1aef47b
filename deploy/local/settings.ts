import { resolve } from 'node:path';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import { text } from '@nestwatch/common/config/setting';
import { ID_PATTERN } from '@nestwatch/proto';
import { top } from './top.ts';

/** Every setting of `npm start`. */
export const startSchema = {
  lab: text('Name of the lab this machine reports as', {
    default: 'local',
    pattern: ID_PATTERN,
    allowed: 'letters, digits, "_" and "-"',
  }),
  'data.dir': text('Folder for the data of the servers, the logs and the agent', {
    default: resolve(top, '.nestwatch/start'),
  }),
  ...influxSettings,
} as const;

export type StartSchema = typeof startSchema;
