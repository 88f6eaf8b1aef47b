import type { Config } from '@nestwatch/common/config/load';
import { durationMs } from '@nestwatch/common/config/setting';

const DAY_MS = 86_400_000;
const LONGEST_MS = 36_500 * DAY_MS;

/** How long InfluxDB keeps what. */
export const retentionSettings = {
  'retention.raw': durationMs('Time for which every point is kept; 0d leaves the database as it is', {
    default: 30 * DAY_MS,
    minMs: 0,
    maxMs: LONGEST_MS,
  }),
  'retention.long': durationMs(
    'Time for which thinned-out points are kept, in a second database named <database>_long; 0d for none',
    { default: 400 * DAY_MS, minMs: 0, maxMs: LONGEST_MS },
  ),
  'retention.step': durationMs('Distance of the thinned-out points', {
    default: 600_000,
    minMs: 60_000,
    maxMs: DAY_MS,
  }),
} as const;

export type RetentionConfig = Config<typeof retentionSettings>;
