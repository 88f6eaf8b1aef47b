import { logSettings, natsSettings } from '@nestwatch/common/config/connection';
import type { Config } from '@nestwatch/common/config/load';
import { alertingSettings } from '../alerting/settings.ts';
import { influxSettings, retentionSettings } from '../influx/settings.ts';
import { ingestSettings } from '../ingest/settings.ts';
import { inviteSettings } from '../invite/settings.ts';
import { shardSettings, shardsFileSetting } from '../shards/settings.ts';
import { topologySettings } from '../topology/settings.ts';
import { turnSettings } from '../turns/settings.ts';
import { webSettings } from '../web/settings.ts';

/** Every setting of nestwatch-collector. docs/reference/settings.md is made from this table. */
export const collectorSchema = {
  ...natsSettings,
  ...influxSettings,
  ...retentionSettings,
  ...ingestSettings,
  ...shardsFileSetting,
  ...shardSettings,
  ...turnSettings,
  ...topologySettings,
  ...webSettings,
  ...inviteSettings,
  ...alertingSettings,
  ...logSettings,
} as const;

export type CollectorConfig = Config<typeof collectorSchema>;
